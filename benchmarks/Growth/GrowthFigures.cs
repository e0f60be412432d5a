using System.Diagnostics;
using PlayFlow.Benchmarks.Emulator;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Growth;

/// <summary>
/// Prints what a store of stopped servers does to the emulator's start and idle memory, and what a live server costs in it. The
/// store is made first and stays, for more to be measured on it.
/// </summary>
internal sealed class GrowthFigures(string data)
{
    private const int Stopped = 1_000_000;
    private const int Boots = 5;
    private const int Port = 8797;
    private const double GoalForFlatness = 1.3;

    private readonly List<(int Servers, double Mb)> _memory = [];

    /// <summary>Options of an emulator whose servers are made up, with ports for any number of them.</summary>
    public static string[] Fake => ["--provider", "fake", "--port-range", "1024-65000"];

    public async Task PrintBootAsync()
    {
        var clock = Stopwatch.StartNew();
        await StoppedServers.WriteAsync(data, Stopped);
        var size = Directory.GetFiles(data, "*.db*").Sum(file => new FileInfo(file).Length) / 1e6;
        Console.WriteLine($"{Stopped:N0} servers started and stopped through the library in {clock.Elapsed.TotalSeconds:0} s: a store of {size:N0} MB.");
        Console.WriteLine();

        List<double> boot = [], emptyBoot = [], idle = [], emptyIdle = [];
        for (var i = 0; i <= Boots; i++)
        {
            await using var empty = await Programs.StartEmulatorAsync(Port, [.. Fake, "--data", Path.Combine(data, "empty")]);
            await using var full = await Programs.StartEmulatorAsync(Port + 1, [.. Fake, "--data", data]);
            if (i > 0)
            {
                boot.Add(full.Boot.TotalMilliseconds);
                idle.Add(full.ResidentMb);
                emptyBoot.Add(empty.Boot.TotalMilliseconds);
                emptyIdle.Add(empty.ResidentMb);
            }
        }

        Console.WriteLine($"| figure | {Stopped:N0} stopped servers in the store | none | ratio | goal |");
        Console.WriteLine("|---|---:|---:|---:|---|");
        Row("boot to the first 200", "ms", Median(boot), Median(emptyBoot));
        Row("idle memory", "MB", Median(idle), Median(emptyIdle));
        Console.WriteLine();
    }

    /// <summary>Notes how much memory an emulator takes with so many live servers.</summary>
    public void NoteMemory(int servers, double mb) => _memory.Add((servers, mb));

    /// <summary>Prints what was noted.</summary>
    public void PrintMemory()
    {
        var none = _memory[0];
        Console.WriteLine();
        Console.WriteLine($"| live servers, {Stopped:N0} stopped | memory of the emulator | a live server |");
        Console.WriteLine("|---:|---:|---:|");
        foreach (var (servers, mb) in _memory)
        {
            var each = servers == none.Servers ? "" : $"{(mb - none.Mb) * 1024 / (servers - none.Servers):0.0} KB";
            Console.WriteLine($"| {servers:N0} | {mb:0} MB | {each} |");
        }
    }

    /// <summary>Prints how long the start takes after a crash of an emulator with so many live servers, none of which is left.</summary>
    public async Task PrintBootAfterCrashAsync(int servers)
    {
        await using var emulator = await Programs.StartEmulatorAsync(Port, [.. Fake, "--data", data]);
        Console.WriteLine();
        Console.WriteLine($"Boot after a crash with {servers:N0} live servers, each found gone: {emulator.Boot.TotalMilliseconds:N0} ms.");
    }

    private static void Row(string figure, string unit, double full, double empty) =>
        Console.WriteLine($"| {figure} | {full:0} {unit} | {empty:0} {unit} | {full / empty:0.00} | ≤ {GoalForFlatness}, {Verdict(full <= GoalForFlatness * empty)} |");
}
