using NUnit.Framework;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Telemetry;

public sealed class QueuedSourcesTests
{
    private readonly QueuedSources _queued = new();

    [Test]
    public void Holds_UntilTheLastBatchOfASourceIsKept()
    {
        var source = Server("7c3f0a9e-0000-4000-8000-000000000001");
        _queued.Add(source);
        _queued.Add(source);
        _queued.Remove(source);
        var one = _queued.Holds(source);
        _queued.Remove(source);

        Assert.That((one, _queued.Holds(source)), Is.EqualTo((true, false)));
    }

    [Test]
    public void Holds_OfAnySource_IsFalseWhenNothingIsOnItsWay()
    {
        var sources = Enumerable.Range(0, 10_000).Select(n => Server($"{n:x8}-0000-4000-8000-000000000000")).ToList();
        sources.ForEach(_queued.Add);
        var held = sources.TrueForAll(_queued.Holds);
        Parallel.ForEach(sources, _queued.Remove);

        Assert.That((held, sources.Exists(_queued.Holds)), Is.EqualTo((true, false)));
    }

    [Test]
    public void Holds_OfASourceThatNeighboursOneOnItsWay_IsFalse()
    {
        _queued.Add(Server("00000001-0000-4000-8000-000000000000"));

        Assert.That(_queued.Holds(Server("00000002-0000-4000-8000-000000000000")), Is.False);
    }

    private static LogSource Server(string id) => new(LogSourceKind.Server, id);
}
