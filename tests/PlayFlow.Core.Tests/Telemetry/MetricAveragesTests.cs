using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Telemetry;

public sealed class MetricAveragesTests
{
    private static readonly long[] Steps = [15, 30, 60, 300];

    // Points as a sampler makes them, with gaps, double seconds and figures that were not measured.
    private static Gen<MetricPoint[]> Points =>
        from first in Gen.Choose(-1_000, 2_000_000_000)
        from raw in Gen.ArrayOf(
            from wait in Gen.Frequency((8, Gen.Choose(14, 16)), (1, Gen.Choose(0, 2)), (1, Gen.Choose(100, 5_000)))
            from values in Gen.ArrayOf(Value, MetricPoint.Kinds)
            select (wait, values))
        select raw.Aggregate((Time: (long)first, Points: new List<MetricPoint>()), (state, next) =>
        {
            var time = state.Time + next.wait;
            var v = next.values;
            state.Points.Add(new MetricPoint(time, v[0], v[1], v[2], v[3], v[4], v[5]));
            return (time, state.Points);
        }).Points.ToArray();

    private static Gen<float> Value => Gen.Frequency(
        (1, Gen.Constant(float.NaN)), (1, Gen.Constant(0f)), (4, Gen.Choose(0, 1_000_000).Select(number => number / 1000f)));

    private static Arbitrary<(MetricPoint[] Points, long Step)> Cases =>
        (from points in Points from step in Gen.Elements(Steps) select (points, step)).ToArbitrary();

    [FsCheck.NUnit.Property]
    public Property Steps_are_aligned_and_come_oldest_first() => Prop.ForAll(Cases, it =>
        AllSeries(it).All(series =>
            series.Values.All(value => value.Time % it.Step == 0)
            && series.Values.Zip(series.Values.Skip(1)).All(pair => pair.First.Time < pair.Second.Time)));

    [FsCheck.NUnit.Property]
    public Property A_step_has_a_value_if_and_only_if_something_was_measured_in_it() => Prop.ForAll(Cases, it =>
        AllSeries(it).All(series =>
            series.Values.Select(value => value.Time).SequenceEqual(Measured(it, series.Kind).Select(group => group.Key))));

    [FsCheck.NUnit.Property]
    public Property A_value_is_the_average_of_what_was_measured_in_its_step() => Prop.ForAll(Cases, it =>
        AllSeries(it).All(series => series.Values.Zip(Measured(it, series.Kind)).All(pair =>
        {
            var figures = pair.Second.Select(point => (double)point[series.Kind]).ToList();
            return pair.First.Value >= figures.Min()
                && pair.First.Value <= figures.Max()
                && Math.Abs(pair.First.Value - figures.Average()) <= 1e-9 * (1 + figures.Max());
        })));

    [FsCheck.NUnit.Property]
    public Property A_step_is_the_same_whatever_else_is_asked_for() => Prop.ForAll(Cases, it =>
    {
        var whole = AllSeries(it).Single(series => series.Kind is MetricKind.Cpu).Values;
        var from = it.Points.Length == 0 ? 0 : MetricAverages.StepOf(it.Points[it.Points.Length / 2].Time, it.Step);
        var part = AllSeries((it.Points.Where(point => point.Time >= from).ToArray(), it.Step)).First().Values;
        return part.SequenceEqual(whole.Where(value => value.Time >= from));
    });

    [TestCase(0, 60, ExpectedResult = 0)]
    [TestCase(59, 60, ExpectedResult = 0)]
    [TestCase(60, 60, ExpectedResult = 60)]
    [TestCase(-1, 60, ExpectedResult = -60)]
    [TestCase(-60, 60, ExpectedResult = -60)]
    [TestCase(1_773_570_600, 300, ExpectedResult = 1_773_570_600)]
    public long StepOf_AnyMoment_IsTheStepItLiesIn(long time, long step) => MetricAverages.StepOf(time, step);

    private static IEnumerable<IGrouping<long, MetricPoint>> Measured((MetricPoint[] Points, long Step) it, MetricKind kind) =>
        it.Points.Where(point => !float.IsNaN(point[kind])).GroupBy(point => (long)Math.Floor((double)point.Time / it.Step) * it.Step);

    private static IEnumerable<(MetricKind Kind, IReadOnlyList<MetricValue> Values)> AllSeries((MetricPoint[] Points, long Step) it)
    {
        var averages = new MetricAverages(it.Step);
        foreach (var point in it.Points)
        {
            averages.Add(point);
        }

        var metrics = averages.ToMetrics(0, 0);
        return
        [
            (MetricKind.Cpu, metrics.CpuPercent), (MetricKind.Memory, metrics.MemoryMb),
            (MetricKind.Received, metrics.ReceivedBytesPerSecond), (MetricKind.Sent, metrics.SentBytesPerSecond),
            (MetricKind.Load, metrics.LoadAverage), (MetricKind.Connections, metrics.TcpConnections),
        ];
    }
}
