using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Emulator;

/// <summary>Prints what the emulator costs as a program: boot, starts, memory of running servers, a large upload.</summary>
internal static class EmulatorFigures
{
    private const int Boots = 9;
    private const int Servers = 200;
    private const int GoalBesideBare = 2;
    private static readonly string Data = Path.Combine(Path.GetTempPath(), $"playflow-figures-{Environment.ProcessId}");

    public static async Task PrintAsync()
    {
        try
        {
            Console.WriteLine("| figure | ours | beside it | ratio | goal |");
            Console.WriteLine("|---|---|---|---|---|");
            await BootAsync();
            await ServersAsync();
            await new UploadFigures(Path.Combine(Data, "upload")).PrintAsync();
        }
        finally
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    private static async Task BootAsync()
    {
        await BootAsync("framework-dependent", port => Programs.StartEmulatorAsync(port, "--data", Path.Combine(Data, "boot")), port => Programs.StartBareAsync(port));
        if (await NativeFiles.PublishAsync() is not { } native)
        {
            Console.WriteLine("| the native file: no toolchain to publish it with here | | | | |");
            return;
        }

        await BootAsync(
            "native file",
            port => Programs.StartEmulatorAsync(native.Emulator, port, "--data", Path.Combine(Data, "boot")),
            port => Programs.StartBareAsync(native.Bare, port));
    }

    // In turns, the first of which does not count.
    private static async Task BootAsync(string built, Func<int, Task<RunningProgram>> startOurs, Func<int, Task<RunningProgram>> startBare)
    {
        var ours = new List<(double Boot, double Idle)>();
        var bare = new List<(double Boot, double Idle)>();
        for (var i = 0; i <= Boots; i++)
        {
            await using var floor = await startBare(8798);
            await using var emulator = await startOurs(8799);
            if (i > 0)
            {
                bare.Add((floor.Boot.TotalMilliseconds, floor.ResidentMb));
                ours.Add((emulator.Boot.TotalMilliseconds, emulator.ResidentMb));
            }
        }

        Row($"{built}: boot to the first 200, median of {Boots}", "ms", Median(ours.Select(run => run.Boot)), Median(bare.Select(run => run.Boot)));
        Row($"{built}: idle memory", "MB", Median(ours.Select(run => run.Idle)), Median(bare.Select(run => run.Idle)));
    }

    private static async Task ServersAsync()
    {
        await using var emulator = await StartEmulatorAsync("servers");
        await Programs.AddBuildAsync(emulator.Client);
        await emulator.Client.PostAsync("/api/v3/projects/settings", JsonContent.Create(new { port_configs = Array.Empty<object>() }));
        var before = emulator.ResidentMb;
        var answers = new List<double>();
        for (var i = 0; i < Servers; i++)
        {
            var clock = Stopwatch.StartNew();
            (await emulator.Client.PostAsync("/api/v3/servers/start", JsonContent.Create(new { name = $"s{i}", region = "us-east" }))).EnsureSuccessStatusCode();
            answers.Add(clock.Elapsed.TotalMilliseconds);
        }

        await Programs.UntilAsync(async () => await LaunchedAsync(emulator.Client) == Servers);
        Console.WriteLine($"| {Servers} servers, processes and all: memory of the emulator | {emulator.ResidentMb:0} MB | {before:0} MB with none | +{emulator.ResidentMb - before:0} MB | |");
        Console.WriteLine($"| `POST start` answered, median and p99 of {Servers} one after the other | {Median(answers):0.0} ms, {Percentile(answers, 0.99):0.0} ms | | | |");
    }

    private static async Task<int> LaunchedAsync(HttpClient client)
    {
        using var list = JsonDocument.Parse(await client.GetStringAsync("/api/v3/servers?limit=1"));
        return Process.GetProcessesByName("sleep").Length >= Servers || list.RootElement.GetProperty("total").GetInt32() == Servers ? Servers : 0;
    }

    private static Task<RunningProgram> StartEmulatorAsync(string name) =>
        Programs.StartEmulatorAsync(8799, "--data", Path.Combine(Data, name), "--stop-grace", "1");

    private static void Row(string figure, string unit, double ours, double beside) =>
        Console.WriteLine($"| {figure} | {ours:0} {unit} | bare Kestrel: {beside:0} {unit} | {ours / beside:0.00} | ≤ {GoalBesideBare}, {Verdict(ours <= GoalBesideBare * beside)} |");
}
