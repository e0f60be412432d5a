using HdrHistogram;

namespace PlayFlow.Benchmarks;

/// <summary>What drivers make of what they measured, and how they say it.</summary>
internal static class Figure
{
    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }

    /// <summary>The median and the p99 of latencies, in a unit of a thousand of what they are counted in.</summary>
    public static string Times(LongHistogram latencies, string format, string unit) =>
        $"{(latencies.GetValueAtPercentile(50) / 1e3).ToString(format)}, {(latencies.GetValueAtPercentile(99) / 1e3).ToString(format)} {unit}";

    public static string Verdict(bool isMet) => isMet ? "met" : "missed";
}
