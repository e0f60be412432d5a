using NUnit.Framework;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Telemetry;

public sealed class MetricPointTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(15);

    [Test]
    public void Of_TwoSamples_TurnsCountersIntoRates()
    {
        var before = new ComputeSample { CpuTime = TimeSpan.FromSeconds(10), ReceivedBytes = 1000, SentBytes = 0 };
        var now = new ComputeSample
        {
            CpuTime = TimeSpan.FromSeconds(40),
            MemoryBytes = 3 * 512 * 1024,
            ReceivedBytes = 2500,
            SentBytes = 0,
            LoadAverage = 0.5,
            TcpConnections = 3,
        };
        Assert.That(MetricPoint.Of(7, now, before, Quarter), Is.EqualTo(new MetricPoint(7, 200, 1.5f, 100, 0, 0.5f, 3)));
    }

    [Test]
    public void Of_FirstSampleOfALaunch_HasNoRates()
    {
        var now = new ComputeSample { CpuTime = TimeSpan.FromSeconds(40), MemoryBytes = 1024 * 1024, ReceivedBytes = 5, SentBytes = 5 };
        Assert.That(
            MetricPoint.Of(7, now, null, Quarter),
            Is.EqualTo(new MetricPoint(7, float.NaN, 1, float.NaN, float.NaN, float.NaN, float.NaN)));
    }

    [Test]
    public void Of_CounterThatFell_IsNotARate()
    {
        var before = new ComputeSample { CpuTime = TimeSpan.FromSeconds(10), ReceivedBytes = 1000 };
        var now = new ComputeSample { CpuTime = TimeSpan.FromSeconds(9), ReceivedBytes = 1015 };
        var point = MetricPoint.Of(7, now, before, Quarter);
        Assert.That((point.Cpu, point.Received), Is.EqualTo((float.NaN, 1f)));
    }

    [Test]
    public void Of_NoTimeBetween_IsNotARate()
    {
        var sample = new ComputeSample { CpuTime = TimeSpan.FromSeconds(10) };
        Assert.That(MetricPoint.Of(7, sample, sample, TimeSpan.Zero).Cpu, Is.NaN);
    }
}
