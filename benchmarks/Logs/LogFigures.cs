using System.Diagnostics;
using HdrHistogram;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Logs;

/// <summary>
/// Prints how many lines a second are taken in from twenty servers that write at once, whether each line is there afterwards, and
/// what readers of logs notice of it.
/// </summary>
internal static class LogFigures
{
    private const int Servers = 20;
    private const int Goal = 50_000;
    private const int LinesPerSecond = 60_000;
    private const int Seconds = 8;
    private const int FloodLines = 30_000;
    private const int QuietLines = 1_000;

    public static async Task PrintAsync()
    {
        Console.WriteLine("| figure | ours | beside it | goal | |");
        Console.WriteLine("|---|---|---|---|---|");
        await PacedAsync();
        await FloodAsync();
    }

    // Everything is kept, so that everything can be counted.
    private static async Task PacedAsync()
    {
        const int lines = LinesPerSecond / Servers * Seconds;
        await using var fleet = await LoggedFleet.StartAsync(new LogRetention { MaxLines = int.MaxValue, MaxBytes = long.MaxValue });
        var quiet = (await fleet.StartServersAsync(1, QuietLines, 0))[0];
        fleet.Go();
        await fleet.UntilKeptAsync([quiet], QuietLines);
        var calm = await WatchAsync(fleet, quiet, () => Task.Delay(TimeSpan.FromSeconds(Seconds / 2), TimeProvider.System));

        fleet.Hold();
        var servers = await fleet.StartServersAsync(Servers, lines, LinesPerSecond / Servers);
        using var self = Process.GetCurrentProcess();
        var cpu = self.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var busy = await WatchAsync(fleet, quiet, async () =>
        {
            fleet.Go();
            await fleet.UntilKeptAsync(servers, lines);
        });
        var elapsed = clock.Elapsed;
        self.Refresh();
        cpu = self.TotalProcessorTime - cpu;

        var kept = 0;
        var isWhole = true;
        foreach (var server in servers)
        {
            var numbers = await fleet.ReadNumbersAsync(server);
            kept += numbers.Count;
            isWhole &= numbers.SequenceEqual(Enumerable.Range(0, lines));
        }

        const int written = lines * Servers;
        var perSecond = written / elapsed.TotalSeconds;
        Console.WriteLine($"| {Servers} servers writing {LinesPerSecond:N0} lines/s together: taken in, and how far behind at the end | {perSecond:N0} lines/s, {(elapsed - TimeSpan.FromSeconds(Seconds)).TotalMilliseconds:0} ms | | ≥ {Goal:N0} | {Verdict(perSecond >= Goal)} |");
        Console.WriteLine($"| lines kept, each once and in order | {kept:N0} | {written:N0} written | all | {Verdict(isWhole)} |");
        Console.WriteLine($"| processor time a line, readers included | {cpu.TotalMicroseconds / written:0.0} µs | | | |");
        Console.WriteLine($"| another server's log read meanwhile, 100 lines: p50, p99 | {Times(busy, "0.0", "ms")} | {Times(calm, "0.0", "ms")} with no load | | {(double)busy.GetValueAtPercentile(99) / calm.GetValueAtPercentile(99):0.0}× at p99 |");
    }

    // What the emulator keeps, so that old lines are dropped as new ones come.
    private static async Task FloodAsync()
    {
        await using var fleet = await LoggedFleet.StartAsync();
        var servers = await fleet.StartServersAsync(Servers, FloodLines, 0);
        var clock = Stopwatch.StartNew();
        fleet.Go();
        await fleet.UntilKeptAsync(servers, FloodLines);
        var perSecond = Servers * FloodLines / clock.Elapsed.TotalSeconds;
        Console.WriteLine($"| {Servers} servers writing {FloodLines:N0} lines each at once, of which the last {new LogRetention().MaxLines:N0} are kept: taken in | {perSecond:N0} lines/s | | ≥ {Goal:N0} | {Verdict(perSecond >= Goal)} |");
    }

    private static async Task<LongHistogram> WatchAsync(LoggedFleet fleet, GameServer server, Func<Task> work)
    {
        await using var reader = new LogReader(fleet, server);
        await work();
        return reader.Latencies;
    }
}
