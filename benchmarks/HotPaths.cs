using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace PlayFlow.Benchmarks;

/// <summary>The in-process hot paths, measured by BenchmarkDotNet.</summary>
internal static class HotPaths
{
    /// <summary>Runs BenchmarkDotNet as its options say.</summary>
    public static int Run(string[] args)
    {
        var config = Columns(ManualConfig.Create(DefaultConfig.Instance));
        if (!args.Contains("--job") && !args.Contains("-j"))
        {
            config.AddJob(Short(warmUps: 3, iterations: 7, milliseconds: 150));
        }

        return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config).Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
    }

    /// <summary>Prints all tables and nothing else, measured in this process and in a minute.</summary>
    public static Task PrintAsync()
    {
        var config = Columns(ManualConfig.CreateEmpty().AddColumnProvider(DefaultColumnProviders.Instance))
            .AddLogger(NullLogger.Instance)
            .AddJob(Short(warmUps: 2, iterations: 5, milliseconds: 60).WithToolchain(InProcessEmitToolchain.Instance));
        foreach (var summary in BenchmarkRunner.Run(typeof(Program).Assembly, config))
        {
            Console.WriteLine($"### {summary.BenchmarksCases[0].Descriptor.Type.Name}");
            MarkdownExporter.GitHub.ExportToLog(summary, ConsoleLogger.Default);
            Console.WriteLine();
        }

        return Task.CompletedTask;
    }

    private static ManualConfig Columns(ManualConfig config) => config
        .AddDiagnoser(MemoryDiagnoser.Default)
        .HideColumns(Column.Error, Column.StdDev, Column.RatioSD, Column.Gen0, Column.Job, Column.Toolchain)
        .AddColumn(StatisticColumn.Median)
        .WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Value));

    private static Job Short(int warmUps, int iterations, int milliseconds) => Job.Default
        .WithId("Short")
        .WithLaunchCount(1)
        .WithWarmupCount(warmUps)
        .WithIterationCount(iterations)
        .WithIterationTime(TimeInterval.FromMilliseconds(milliseconds))

        // A call takes a thousand steps or the better part of a microsecond: beside that calling it costs nothing, and to measure that cost
        // takes longer than all else.
        .WithEvaluateOverhead(false);
}
