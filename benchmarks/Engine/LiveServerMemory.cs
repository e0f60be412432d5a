namespace PlayFlow.Benchmarks.Engine;

/// <summary>Prints how much memory a live server takes in the engine.</summary>
internal static class LiveServerMemory
{
    private const int Servers = 100_000;

    public static Task PrintAsync()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var fleet = new FilledFleet(Servers);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)Servers;
        Console.WriteLine($"a live server in the engine: {bytes:0} bytes ({fleet.Fleet.Servers.Count} servers)");
        GC.KeepAlive(fleet);
        return Task.CompletedTask;
    }
}
