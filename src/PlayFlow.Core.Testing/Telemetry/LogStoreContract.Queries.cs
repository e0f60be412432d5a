using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Telemetry;

public abstract partial class LogStoreContract
{
    [Test]
    public async Task Read_UnknownSource_IsEmpty()
    {
        await using var store = await OpenedAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await store.ReadAsync(Everything("nobody"), default), Is.Empty);
            Assert.That(await store.ReadAsync(EverythingOf("nobody"), default), Is.Empty);
            Assert.That(await store.CountAsync(Server("nobody"), default), Is.Zero);
        }
    }

    [Test]
    public async Task Read_WithConditions_GivesTheLinesThatMeetAll()
    {
        await using var store = await OpenedAsync();
        await store.AppendAsync([.. Enumerable.Range(1, 20).Select(sequence => Line(sequence, sequence % 2 == 0 ? "a" : "b"))], default);
        var all = Everything("a");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, all with { AfterSequence = 15 }), Is.EqualTo(new[] { 16, 18, 20 }));
            Assert.That(await SequencesAsync(store, all with { AfterSequence = 16 }), Is.EqualTo(new[] { 18, 20 }));
            Assert.That(await SequencesAsync(store, all with { After = Time(16) }), Is.EqualTo(new[] { 18, 20 }));
            Assert.That(await SequencesAsync(store, all with { Until = Time(4) }), Is.EqualTo(new[] { 2, 4 }));
            Assert.That(await SequencesAsync(store, all with { After = Time(4), Until = Time(8) }), Is.EqualTo(new[] { 6, 8 }));
            Assert.That(await SequencesAsync(store, all with { After = Time(8), Until = Time(4) }), Is.Empty);
            Assert.That(await SequencesAsync(store, all with { Offset = 2, Limit = 2 }), Is.EqualTo(new[] { 6, 8 }));
            Assert.That(await SequencesAsync(store, all with { Offset = 10 }), Is.Empty);
            Assert.That(
                await SequencesAsync(store, all with { AfterSequence = 9, After = Time(5), Until = Time(17), Offset = 1, Limit = 2 }),
                Is.EqualTo(new[] { 12, 14 }));
            Assert.That(await SequencesAsync(store, all with { After = DateTimeOffset.MinValue, Until = DateTimeOffset.MaxValue, Limit = int.MaxValue }),
                Has.Exactly(10).Items);
        }
    }

    [Test]
    public async Task Read_LinesOfOneMoment_AreAllBeforeOrAllAfterIt()
    {
        await using var store = await OpenedAsync();
        await store.AppendAsync([.. Enumerable.Range(1, 9).Select(sequence => Line(sequence, "a") with { Timestamp = Time((sequence + 2) / 3) })], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, Everything("a") with { After = Time(1) }), Is.EqualTo(new[] { 4, 5, 6, 7, 8, 9 }));
            Assert.That(await SequencesAsync(store, Everything("a") with { Until = Time(2) }), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6 }));
        }
    }

    [Test]
    public async Task Read_Project_GivesItsServersLinesInOrder()
    {
        await using var store = await OpenedAsync();
        await store.AppendAsync(
            [
                Line(1, "a"),
                Line(2, "b"),
                Line(3, "other") with { Project = new ProjectId("other") },
                Line(4, "build") with { Source = new LogSource(LogSourceKind.Build, "build") },
                Line(5, "a"),
            ],
            default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, EverythingOf("project")), Is.EqualTo(new[] { 1, 2, 5 }));
            Assert.That(await SequencesAsync(store, EverythingOf("project") with { AfterSequence = 1, Limit = 1 }), Is.EqualTo(new[] { 2 }));
            Assert.That(await SequencesAsync(store, EverythingOf("project") with { After = Time(1), Offset = 1 }), Is.EqualTo(new[] { 5 }));
            Assert.That(await SequencesAsync(store, EverythingOf("other")), Is.EqualTo(new[] { 3 }));
            Assert.That((await store.ReadAsync(EverythingOf("other"), default)).Single().Source, Is.EqualTo(Server("other")));
        }
    }

    [Test]
    public async Task Read_SourceAndAnotherProject_IsEmpty()
    {
        await using var store = await OpenedAsync();
        await store.AppendAsync([Line(1, "a")], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, Everything("a") with { Project = new ProjectId("project") }), Is.EqualTo(new[] { 1 }));
            Assert.That(await SequencesAsync(store, Everything("a") with { Project = new ProjectId("other") }), Is.Empty);
        }
    }

    [Test]
    public async Task Read_ServerAndBuildOfOneId_AreTwoSources()
    {
        await using var store = await OpenedAsync();
        var build = new LogSource(LogSourceKind.Build, "a");
        await store.AppendAsync([Line(1, "a"), Line(2, "a") with { Source = build }], default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await SequencesAsync(store, Everything("a")), Is.EqualTo(new[] { 1 }));
            Assert.That(await SequencesAsync(store, Everything("a") with { Source = build }), Is.EqualTo(new[] { 2 }));
            Assert.That(await store.CountAsync(build, default), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Read_MalformedQuery_IsRefused()
    {
        await using var store = await OpenedAsync();

        Assert.That(async () => await store.ReadAsync(new LogQuery { Limit = 1 }, default), Throws.InstanceOf<ArgumentException>());
        Assert.That(async () => await store.ReadAsync(Everything("a") with { Limit = 0 }, default), Throws.InstanceOf<ArgumentException>());
        Assert.That(async () => await store.ReadAsync(Everything("a") with { Offset = -1 }, default), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task Read_BesideTheWriter_NeverMissesALine()
    {
        await using var store = await OpenedAsync();
        using var written = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            long seen = 0;
            bool isLast;
            IReadOnlyList<LogRecord> lines;
            do
            {
                isLast = written.IsCancellationRequested;
                lines = await store.ReadAsync(EverythingOf("project") with { AfterSequence = seen, Limit = 400 }, default);
                foreach (var line in lines)
                {
                    Assert.That(line.Sequence, Is.EqualTo(++seen));
                }
            }
            while (!isLast || lines.Count > 0);

            Assert.That(seen, Is.EqualTo(5_000));
        })).ToArray();

        for (var batch = 0; batch < 50; batch++)
        {
            await store.AppendAsync([.. Enumerable.Range((batch * 100) + 1, 100).Select(sequence => Line(sequence, $"s{sequence % 7}"))], default);
        }

        await written.CancelAsync();
        await Task.WhenAll(readers);
    }

    private async Task<ILogStore> OpenedAsync(LogRetention? retention = null)
    {
        var store = Create(retention ?? new LogRetention());
        await store.OpenAsync(default);
        return store;
    }

    private protected static DateTimeOffset Time(int second) => new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero).AddSeconds(second);

    private protected static LogSource Server(string id) => new(LogSourceKind.Server, id);

    private protected static LogQuery Everything(string server) => new() { Source = Server(server), Limit = 1_000 };

    private protected static LogQuery EverythingOf(string project) => new() { Project = new ProjectId(project), Limit = 1_000 };

    /// <summary>A line of a server of <c>project</c>, so many seconds into the suite's day as its number says.</summary>
    protected static LogRecord Line(long sequence, string server, string text = "a line") => new()
    {
        Sequence = sequence,
        Timestamp = Time((int)sequence),
        Project = new ProjectId("project"),
        Source = Server(server),
        Level = LogLevel.Info,
        Text = text,
    };

    private protected static LogRecord Written(long sequence, ComputeId compute, LogLevel level, long position) =>
        Line(sequence, compute.Instance.Value) with { Compute = compute, Level = level, Position = position };

    private protected static async Task<IEnumerable<long>> SequencesAsync(ILogStore store, LogQuery query) =>
        (await store.ReadAsync(query, default)).Select(line => line.Sequence);
}
