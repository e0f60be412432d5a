using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.Versioning;
using PlayFlow.Benchmarks.Providers;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Launch;

/// <summary>
/// Prints how long after a game says that it is ready the process provider reports its port open, and what a launch costs this
/// process. Beside it the same game started by .NET alone, and launched with its folder in memory, in turns.
/// </summary>
/// <remarks>
/// The processor time is that of the whole process. All waiting is done by the one thread that launches, after a rest: a thread of the
/// pool spins for about a tenth of a millisecond before it sleeps, and that would be counted as the provider's. A disk's file system may
/// add to it what no folder in memory has: ext4 without a journal steps over every file deleted near a new one in the last minutes,
/// so that a second run right after the first one shows a multiple.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class LaunchFigures
{
    private const int Launches = 200;
    private const int WarmUp = 150;
    private const int Rest = 8;
    private const int FirstPort = 32_000;
    private const double GoalForLag = 5;
    private const double GoalForCpu = 1;
    private const string Memory = "/dev/shm";

    private static readonly string Folder = Path.Combine(Path.GetTempPath(), $"playflow-launch-{Environment.ProcessId}");

    public static async Task PrintAsync()
    {
        var files = Directory.CreateDirectory(Path.Combine(Folder, "build")).FullName;
        var game = UdpGame.Write(files);
        try
        {
            using var pipe = new ReadyPipe(Path.Combine(Folder, "ready"));
            await using var host = await ProcessHost.StartAsync(files, UdpGame.Executable);
            await using var inMemory = await ProcessHost.StartAsync(files, UdpGame.Executable, Memory);
            var (ours, light, bare) = (new List<Launched>(), new List<Launched>(), new List<Launched>());
            for (var i = -WarmUp; i < Launches; i++)
            {
                var launched = Launch(host, pipe, FirstPort + i + WarmUp);
                var lightly = Launch(inMemory, pipe, FirstPort + i + WarmUp);
                var alone = StartAlone(game, pipe, FirstPort + i + WarmUp);
                if (i >= 0)
                {
                    ours.Add(launched);
                    light.Add(lightly);
                    bare.Add(alone);
                }
            }

            Print(ours, light, bare);
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static void Print(List<Launched> ours, List<Launched> light, List<Launched> bare)
    {
        var alone = bare.Select(launch => launch.Ready).ToList();
        var (ready, lag) = (ours.Select(launch => launch.Ready).ToList(), ours.Select(launch => launch.Running - launch.Ready).ToList());
        var cpu = ours.Average(launch => launch.Cpu);
        Console.WriteLine("| figure | ours | beside it | goal | |");
        Console.WriteLine("|---|---|---|---|---|");
        Console.WriteLine($"| launch → the game's own byte, median and p99 of {Launches} one after the other | {Times(ready)} | {Times(alone)}, started by .NET alone | | {Percentile(ready, 0.5) / Percentile(alone, 0.5):0.0}× |");
        Console.WriteLine($"| launch → running reported | {Times([.. ours.Select(launch => launch.Running)])} | {Times(ready)}, the game's own byte | | |");
        Console.WriteLine($"| running reported after the game's own byte | {Times(lag)} | | ≤ {GoalForLag:0} ms | {Verdict(Percentile(lag, 0.5) <= GoalForLag && Percentile(lag, 0.99) <= GoalForLag)} |");
        Console.WriteLine($"| processor time of this process, launch → running, mean and median, without the just-in-time compiler's | {Processor(ours)} | {Processor(light)}, its folder in memory; {Processor(bare)}, started by .NET alone | ≤ {GoalForCpu:0} ms | {Verdict(cpu <= GoalForCpu)} |");
    }

    private static Launched Launch(ProcessHost host, ReadyPipe pipe, int port)
    {
        var request = host.Request(port, port, pipe.Path);
        Pause();
        var cpu = OwnProcessor();
        var from = Stopwatch.GetTimestamp();
        host.LaunchAsync(request).Wait();
        var ready = pipe.WaitForByte();
        var running = host.Reports.OpenedAsync(request.Id).Result;
        cpu = OwnProcessor() - cpu;
        host.EndAsync(request.Id).Wait();
        return new Launched(Milliseconds(from, ready), Milliseconds(from, running), cpu.TotalMilliseconds);
    }

    private static Launched StartAlone(string game, ReadyPipe pipe, int port)
    {
        var start = new ProcessStartInfo(game, [pipe.Path]);
        start.Environment["PLAYFLOW_PORT_GAME"] = port.ToString(CultureInfo.InvariantCulture);
        Pause();
        var cpu = OwnProcessor();
        var from = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var ready = Milliseconds(from, pipe.WaitForByte());
        cpu = OwnProcessor() - cpu;
        process.Kill();
        process.WaitForExit();
        return new Launched(ready, ready, cpu.TotalMilliseconds);
    }

    private static void Pause()
    {
        using var never = new ManualResetEvent(false);
        never.WaitOne(Rest);
    }

    // Without the just-in-time compiler's.
    private static TimeSpan OwnProcessor() => Environment.CpuUsage.TotalTime - JitInfo.GetCompilationTime();

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static string Times(List<double> milliseconds) => $"{Percentile(milliseconds, 0.5):0.00}, {Percentile(milliseconds, 0.99):0.00} ms";

    private static string Processor(List<Launched> launches)
    {
        var own = launches.Select(launch => launch.Cpu).ToList();
        return $"{own.Average():0.00}, {Percentile(own, 0.5):0.00} ms";
    }

    /// <summary>One launch: milliseconds after it was asked for, and of processor time.</summary>
    private readonly record struct Launched(double Ready, double Running, double Cpu);
}
