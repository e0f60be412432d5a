namespace EchoGameServer;

/// <summary>Writes numbered lines at a steady rate, as a talkative game would.</summary>
internal static class Chatter
{
    private const int Steps = 50;

    public static async Task RunAsync(int linesPerSecond, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Steps));
        var started = TimeProvider.System.GetTimestamp();
        var written = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var due = (long)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * linesPerSecond);
                for (; written < due; written++)
                {
                    Console.WriteLine($"line {written + 1}");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }
}
