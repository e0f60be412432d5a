using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Telemetry;

public sealed class MetricStoreTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 15, 10, 0, 7, TimeSpan.Zero));

    [Test]
    public void Read_WholeDayOfSamples_HasThemAllAndNoOlder()
    {
        var store = new MetricStore(long.MaxValue, _time);
        for (var i = 0; i < 3 * 5760; i++)
        {
            Add(store, "one");
        }

        var metrics = Read(store, "one", Day, Quarter);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metrics.MemoryMb, Has.Count.EqualTo(5761));
            Assert.That(metrics.CpuPercent, Has.Count.EqualTo(5761).And.All.Property("Value").EqualTo(20).Within(1e-4));
            Assert.That(metrics.MemoryMb[0].Time, Is.EqualTo(metrics.Start - (metrics.Start % 15)));
            Assert.That(metrics.MemoryMb[^1].Time, Is.EqualTo(metrics.End - (metrics.End % 15)));
            Assert.That(metrics.End - metrics.Start, Is.EqualTo(86_400));
            Assert.That(metrics.SentBytesPerSecond, Is.Empty);
            Assert.That(store.Bytes, Is.LessThan(220_000));
        }
    }

    [Test]
    public void Read_ServerNobodyKnows_IsEmpty()
    {
        var metrics = Read(new MetricStore(long.MaxValue, _time), "none", Day, Quarter);
        Assert.That(metrics.CpuPercent.Concat(metrics.MemoryMb).Concat(metrics.TcpConnections), Is.Empty);
    }

    [Test]
    public void Add_BeyondTheBound_ForgetsTheOldestOfAll()
    {
        var store = new MetricStore(20 * MetricChunk.Bytes, _time);
        for (var i = 0; i < 5; i++)
        {
            Add(store, "stopped");
        }

        for (var i = 0; i < 20 * MetricChunk.Capacity; i++)
        {
            Add(store, i % 2 == 0 ? "one" : "other");
            Assert.That(store.Bytes, Is.LessThanOrEqualTo(20 * MetricChunk.Bytes));
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(store, "stopped", Day, Quarter).MemoryMb, Is.Empty);
            Assert.That(Read(store, "one", Day, Quarter).MemoryMb, Is.Not.Empty);
            Assert.That(Read(store, "other", Day, Quarter).MemoryMb, Has.Count.EqualTo(Read(store, "one", Day, Quarter).MemoryMb.Count).Within(60));
        }
    }

    [Test]
    public void Expire_ADayAfterTheEnd_LeavesNothing()
    {
        var store = new MetricStore(long.MaxValue, _time);
        for (var i = 0; i < 200; i++)
        {
            Add(store, "one");
        }

        store.Expire(_time.GetUtcNow() + Day);
        var after = store.Bytes;
        store.Expire(_time.GetUtcNow() + MetricStore.Retention + TimeSpan.FromSeconds(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(after, Is.Positive);
            Assert.That(store.Bytes, Is.Zero);
            Assert.That(Read(store, "one", TimeSpan.FromDays(10), Quarter).MemoryMb, Is.Empty);
        }
    }

    [Test]
    public void Add_AnotherLaunch_CountsAnew()
    {
        var store = new MetricStore(long.MaxValue, _time);
        Add(store, "one", launch: 1, cpu: TimeSpan.FromSeconds(100));
        Add(store, "one", launch: 2, cpu: TimeSpan.FromSeconds(101));
        Add(store, "one", launch: 2, cpu: TimeSpan.FromSeconds(104));
        var metrics = Read(store, "one", Day, Quarter);
        Assert.That(metrics.CpuPercent.Select(value => value.Value), Is.EqualTo(new[] { 20d }).Within(1e-4));
        Assert.That(metrics.MemoryMb, Has.Count.EqualTo(3));
    }

    [Test]
    public void Add_ClockSetBack_KeepsTheOrder()
    {
        var store = new MetricStore(long.MaxValue, _time);
        var now = _time.GetUtcNow();
        foreach (var minutes in new[] { 0, 1, -30, -29, 2 })
        {
            store.Add(Reading("one", 1, TimeSpan.Zero), now.AddMinutes(minutes), _time.GetTimestamp());
        }

        var values = store.Read(new InstanceId("one"), now.AddMinutes(5), Day, Quarter).MemoryMb;
        Assert.That(values.Select(value => value.Time), Is.Ordered.And.Unique);
    }

    private ServerMetrics Read(MetricStore store, string id, TimeSpan period, TimeSpan step) =>
        store.Read(new InstanceId(id), _time.GetUtcNow(), period, step);

    private void Add(MetricStore store, string id, int launch = 1, TimeSpan? cpu = null)
    {
        _time.Advance(Quarter);
        var now = _time.GetUtcNow();
        store.Add(Reading(id, launch, cpu ?? (now - DateTimeOffset.UnixEpoch) / 5), now, _time.GetTimestamp());
        store.Expire(now);
    }

    private static ComputeReading Reading(string id, int launch, TimeSpan cpu) =>
        new(new ComputeId(new InstanceId(id), launch), new ComputeSample { CpuTime = cpu, MemoryBytes = 1 });
}
