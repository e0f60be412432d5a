// Every hot path beside a floor or a peer, in one run:
//   dotnet run -c Release --project benchmarks -- --filter '*'
// The memory of a live server:
//   dotnet run -c Release --project benchmarks -- memory
// The emulator as a program, beside a bare web application:
//   dotnet run -c Release --project benchmarks -- emulator
// The HTTP API under load, beside a bare web application that answers the same bytes:
//   dotnet run -c Release --project benchmarks -- http
// The Docker provider, beside raw calls to the same engine, which is started for it (root, docker.io, unzip, zstd, python3):
//   dotnet run -c Release --project benchmarks -- docker
// A server claimed from a warm pool, beside a start:
//   dotnet run -c Release --project benchmarks -- claims
// A game launched by the process provider, beside the same started alone (Linux, perl):
//   dotnet run -c Release --project benchmarks -- launch
// The relay of the process provider, beside a bare echo (Linux):
//   dotnet run -c Release --project benchmarks -- relay
// Twenty servers that write logs, as processes, into SQLite (Linux, perl):
//   dotnet run -c Release --project benchmarks -- logs
// Without --job, a job that takes minutes for all; for figures to keep, add --job default. Ratios count, not nanoseconds.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;
using PlayFlow.Benchmarks.Claims;
using PlayFlow.Benchmarks.Docker;
using PlayFlow.Benchmarks.Emulator;
using PlayFlow.Benchmarks.Engine;
using PlayFlow.Benchmarks.Http;
using PlayFlow.Benchmarks.Launch;
using PlayFlow.Benchmarks.Logs;
using PlayFlow.Benchmarks.Relay;

if (args is ["emulator"])
{
    await EmulatorFigures.PrintAsync();
    return 0;
}

if (args is ["http"])
{
    await HttpFigures.PrintAsync();
    return 0;
}

if (args is ["docker"])
{
    await DockerFigures.PrintAsync();
    return 0;
}

if (args is ["logs"])
{
    await LogFigures.PrintAsync();
    return 0;
}

if (args is ["claims"])
{
    await ClaimFigures.PrintAsync();
    return 0;
}

if (args is ["launch"] && OperatingSystem.IsLinux())
{
    await LaunchFigures.PrintAsync();
    return 0;
}

if (args is ["relay"] && OperatingSystem.IsLinux())
{
    await RelayFigures.PrintAsync();
    return 0;
}

if (args is ["memory"])
{
    LiveServerMemory.Print();
    return 0;
}

var config = ManualConfig.Create(DefaultConfig.Instance)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .HideColumns(Column.Error, Column.StdDev, Column.RatioSD, Column.Gen0)
    .AddColumn(StatisticColumn.Median)
    .WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Value));

if (!args.Contains("--job") && !args.Contains("-j"))
{
    config.AddJob(Job.Default
        .WithId("Short")
        .WithLaunchCount(1)
        .WithWarmupCount(3)
        .WithIterationCount(7)
        .WithIterationTime(TimeInterval.FromMilliseconds(150)));
}

return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
