namespace PlayFlow.Tests.Kit;

/// <summary>The script that joins a real game as its players do.</summary>
internal static class Probe
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Tries until a player gets in. The script gives a server three seconds, its own start included, which a machine that is busy
    /// may take longer for.
    /// </summary>
    /// <param name="games">The folder it is in.</param>
    /// <param name="game">The game, and which of its ports.</param>
    /// <param name="port">Where it is.</param>
    public static Task JoinAsync(string games, string game, int port)
    {
        var output = string.Empty;
        return Eventually.TrueAsync(
            async () =>
            {
                (var code, output) = await Shell.RunAsync("python3", [Path.Combine(games, "probe.py"), game, "127.0.0.1", $"{port}"]);
                return code == 0;
            },
            () => output,
            Step);
    }
}
