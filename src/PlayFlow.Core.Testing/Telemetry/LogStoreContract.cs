using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Telemetry;

/// <summary>
/// What every <see cref="ILogStore"/> promises, as tests. Derive a fixture, say how a store is made, and run it. A store that
/// outlives its process derives <see cref="DurableLogStoreContract"/> instead. Mark it
/// <c>[TestFixture]</c>: NUnit passes over an assembly that mentions nothing of NUnit itself.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract partial class LogStoreContract
{
    /// <summary>A new, empty store that shares nothing with those before it. The suite opens and disposes it.</summary>
    /// <param name="retention">How much it is to keep of each source.</param>
    protected abstract ILogStore Create(LogRetention retention);

    /// <summary>Opens the store last made again; null when a store forgets on disposal.</summary>
    private protected virtual Func<LogRetention, ILogStore>? Reopening => null;

    [Test]
    public async Task Open_NewStore_StartsAtZero()
    {
        await using var store = Create(new LogRetention());

        Assert.That(await store.OpenAsync(default), Is.EqualTo(new LogStoreState(0, null)));
    }

    [Test]
    public async Task Append_Lines_AreReadBackWhole()
    {
        await using var store = await OpenedAsync();
        LogRecord[] written =
        [
            Line(1, "a") with { Compute = new ComputeId(new("a"), 1), Position = 17 },
            Line(2, "a") with { Compute = new ComputeId(new("b"), 2), Position = long.MaxValue, Level = LogLevel.Error },
            Line(3, "a") with { Timestamp = Time(2).ToOffset(TimeSpan.FromHours(5)) },
        ];

        await store.AppendAsync(written[..2], default);
        await store.AppendAsync(written[2..], default);

        Assert.That(await store.ReadAsync(Everything("a"), default), Is.EqualTo(written));
    }

    [TestCase("", TestName = "Append_EmptyText_IsKeptExactly")]
    [TestCase("a\0b\0", TestName = "Append_TextWithZeros_IsKeptExactly")]
    [TestCase("half \ud83d", TestName = "Append_TextWithHalfACharacter_IsKeptExactly")]
    [TestCase("\ude00 and \ud83d\ude00 \ufffd \ufeff", TestName = "Append_TextBeyondAscii_IsKeptExactly")]
    [TestCase(" \t\u001b[31mred\u001b[0m\r ' \" -- ;", TestName = "Append_TextOfATerminal_IsKeptExactly")]
    public async Task Append_Text_IsKeptExactly(string text)
    {
        await using var store = await OpenedAsync();

        await store.AppendAsync([Line(1, "a", text)], default);

        Assert.That((await store.ReadAsync(Everything("a"), default)).Single().Text, Is.EqualTo(text));
    }

    [Test]
    public async Task Append_LineOfAMegabyte_IsKeptExactly()
    {
        await using var store = await OpenedAsync();
        var text = new string('é', 1_000_000);

        await store.AppendAsync([Line(1, "a", text)], default);

        Assert.That((await store.ReadAsync(Everything("a"), default)).Single().Text, Is.EqualTo(text));
    }

    [Test]
    public async Task Append_NoLines_ChangesNothing()
    {
        await using var store = await OpenedAsync();

        await store.AppendAsync([], default);

        Assert.That(await store.CountAsync(Server("a"), default), Is.Zero);
    }

    [TestCase(2, TestName = "Append_SequenceKeptBefore_IsRefused")]
    [TestCase(1, TestName = "Append_SequenceGoingBack_IsRefused")]
    public async Task Append_SequenceThatDoesNotGrow_IsRefused(long sequence)
    {
        await using var store = await OpenedAsync();
        await store.AppendAsync([Line(2, "a")], default);

        await RefusesAsync(store, [Line(3, "b"), Line(sequence, "b") with { Timestamp = Time(3) }]);
    }

    [Test]
    public async Task Append_TimestampGoingBack_IsRefused()
    {
        await using var store = await OpenedAsync();
        await store.AppendAsync([Line(2, "a")], default);

        await RefusesAsync(store, [Line(3, "b"), Line(4, "b") with { Timestamp = Time(2) }]);
    }

    [Test]
    public async Task Append_SourceOfAnotherProject_IsRefused()
    {
        await using var store = await OpenedAsync();
        await store.AppendAsync([Line(2, "a")], default);

        await RefusesAsync(store, [Line(3, "b"), Line(4, "a") with { Project = new ProjectId("other") }]);
    }

    [Test]
    public async Task AnyCall_BeforeOpen_IsRefused()
    {
        await using var store = Create(new LogRetention());

        Assert.That(async () => await store.AppendAsync([Line(1, "a")], default), Throws.InvalidOperationException);
        Assert.That(async () => await store.ReadAsync(Everything("a"), default), Throws.InvalidOperationException);
        Assert.That(async () => await store.CountAsync(Server("a"), default), Throws.InvalidOperationException);
    }

    [Test]
    public async Task AnyCall_AfterDispose_IsRefused()
    {
        var store = await OpenedAsync();
        await store.DisposeAsync();
        await store.DisposeAsync();

        Assert.That(async () => await store.AppendAsync([Line(1, "a")], default), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(async () => await store.ReadAsync(Everything("a"), default), Throws.TypeOf<ObjectDisposedException>());
    }

    /// <summary>Whatever is wrong with a batch, none of it is kept and the store goes on.</summary>
    private static async Task RefusesAsync(ILogStore store, LogRecord[] records)
    {
        Assert.That(async () => await store.AppendAsync(records, default), Throws.InstanceOf<ArgumentException>());

        Assert.That(await store.CountAsync(Server("b"), default), Is.Zero);
        await store.AppendAsync([Line(3, "b")], default);
        Assert.That(await SequencesAsync(store, Everything("b")), Is.EqualTo(new[] { 3 }));
    }
}
