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
// Without --job, a job that takes minutes for all; for figures to keep, add --job default. Ratios count, not nanoseconds.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfolizer.Horology;
using PlayFlow.Benchmarks.Docker;
using PlayFlow.Benchmarks.Emulator;
using PlayFlow.Benchmarks.Engine;
using PlayFlow.Benchmarks.Http;

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
