using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Telemetry;

public abstract partial class LogStoreContract
{
    [Test]
    public async Task Append_MoreLinesThanKept_DropsTheOldest()
    {
        await using var store = await OpenedAsync(new LogRetention { MaxLines = 3 });

        await store.AppendAsync([Line(1, "a"), Line(2, "b"), Line(3, "a")], default);
        await store.AppendAsync([Line(4, "a"), Line(5, "a"), Line(6, "a")], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, Everything("a")), Is.EqualTo(new[] { 4, 5, 6 }));
            Assert.That(await SequencesAsync(store, Everything("b")), Is.EqualTo(new[] { 2 }));
            Assert.That(await SequencesAsync(store, EverythingOf("project")), Is.EqualTo(new[] { 2, 4, 5, 6 }));
            Assert.That(await store.CountAsync(Server("a"), default), Is.EqualTo(3));
        }
    }

    [Test]
    public async Task Append_MoreLinesAtOnceThanKept_KeepsTheLast()
    {
        await using var store = await OpenedAsync(new LogRetention { MaxLines = 3 });

        await store.AppendAsync([.. Enumerable.Range(1, 1_000).Select(sequence => Line(sequence, "a"))], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, Everything("a")), Is.EqualTo(new[] { 998, 999, 1000 }));
            Assert.That(await store.CountAsync(Server("a"), default), Is.EqualTo(3));
        }
    }

    [Test]
    public async Task Append_MoreTextThanKept_DropsTheOldest()
    {
        await using var store = await OpenedAsync(new LogRetention { MaxBytes = 20 });

        await store.AppendAsync([Line(1, "a", "four"), Line(2, "b", "four"), Line(3, "a", "four")], default);
        await store.AppendAsync([Line(4, "a", "éé"), Line(5, "a", "x")], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, Everything("a")), Is.EqualTo(new[] { 3, 4, 5 }), "8 + 4 + 2 bytes");
            Assert.That(await SequencesAsync(store, Everything("b")), Is.EqualTo(new[] { 2 }));
        }
    }

    [Test]
    public async Task Append_LineLongerThanKept_IsKeptAlone()
    {
        await using var store = await OpenedAsync(new LogRetention { MaxBytes = 20 });

        await store.AppendAsync([Line(1, "a"), Line(2, "a", new string('x', 100))], default);
        Assert.That(await SequencesAsync(store, Everything("a")), Is.EqualTo(new[] { 2 }));

        await store.AppendAsync([Line(3, "a", "x")], default);
        Assert.That(await SequencesAsync(store, Everything("a")), Is.EqualTo(new[] { 3 }));
    }

    [Test]
    public async Task Append_FarBeyondWhatIsKept_AlwaysKeepsTheLast()
    {
        await using var store = await OpenedAsync(new LogRetention { MaxLines = 700 });

        for (var first = 1; first < 10_000; first += 900)
        {
            await store.AppendAsync([.. Enumerable.Range(first, 900).Select(sequence => Line(sequence, "a"))], default);
            Assert.That(
                await SequencesAsync(store, Everything("a")),
                Is.EqualTo(Enumerable.Range(first + 200, 700)));
        }
    }

    [Test]
    public async Task GetPosition_UnknownStream_IsZero()
    {
        await using var store = await OpenedAsync();

        Assert.That(await store.GetPositionAsync(new ComputeId(new("a"), 1), LogLevel.Info, default), Is.Zero);
    }

    [Test]
    public async Task GetPosition_SeveralStreams_IsTheHighestOfEach()
    {
        await using var store = await OpenedAsync();
        var (first, second) = (new ComputeId(new("a"), 1), new ComputeId(new("a"), 2));

        await store.AppendAsync([Written(1, first, LogLevel.Info, 10), Written(2, first, LogLevel.Info, 30), Line(3, "a")], default);
        await store.AppendAsync([Written(4, first, LogLevel.Info, 20), Written(5, first, LogLevel.Error, 5)], default);
        await store.AppendAsync([Written(6, second, LogLevel.Info, 7)], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await store.GetPositionAsync(first, LogLevel.Info, default), Is.EqualTo(30));
            Assert.That(await store.GetPositionAsync(first, LogLevel.Error, default), Is.EqualTo(5));
            Assert.That(await store.GetPositionAsync(second, LogLevel.Info, default), Is.EqualTo(7));
            Assert.That(await store.GetPositionAsync(second, LogLevel.Error, default), Is.Zero);
        }
    }

    [Test]
    public async Task GetPosition_LinesNoLongerKept_IsStillKnown()
    {
        await using var store = await OpenedAsync(new LogRetention { MaxLines = 1 });
        var compute = new ComputeId(new("a"), 1);

        await store.AppendAsync([Written(1, compute, LogLevel.Error, 40)], default);
        await store.AppendAsync([Written(2, compute, LogLevel.Info, 3), Line(3, "a")], default);

        Assert.That(await store.GetPositionAsync(compute, LogLevel.Error, default), Is.EqualTo(40));
    }
}
