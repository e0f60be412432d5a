using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Time;

namespace PlayFlow.Core.Tests.Telemetry;

public sealed class LogTailTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LogSource Source = new(LogSourceKind.Server, "s");

    private readonly InMemoryLogStore _store = new(new LogRetention { MaxLines = 100_000 });
    private readonly LogFollowers _followers = new();
    private readonly VirtualClock _clock = new(Now);
    private long _sequence;

    [SetUp]
    public async Task Open() => await _store.OpenAsync(CancellationToken.None);

    [TearDown]
    public async Task Close()
    {
        await _store.DisposeAsync();
        _clock.Dispose();
    }

    [Test]
    public async Task Read_WhileLinesAreWritten_LosesAndRepeatsNothing()
    {
        const int Lines = 20_000;
        using var tail = Follow(limit: 97);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Lines; i += 10)
            {
                await WriteAsync([.. Enumerable.Range(i, 10).Select(number => $"{number}")]);
            }
        });
        var read = new List<string>();
        while (read.Count < Lines)
        {
            read.AddRange((await tail.ReadAsync(Timeout.InfiniteTimeSpan)).Select(line => line.Text));
        }

        await writing;
        Assert.That(read, Is.EqualTo(Enumerable.Range(0, Lines).Select(number => $"{number}")));
    }

    [Test]
    public async Task Read_WhenNothingComes_WaitsAsLongAsItIsTold()
    {
        using var tail = Follow();
        var reading = tail.ReadAsync(TimeSpan.FromSeconds(15)).AsTask();
        Assert.That(reading.IsCompleted, Is.False);
        await _clock.AdvanceAsync(TimeSpan.FromSeconds(15));
        Assert.That(await reading, Is.Empty);
    }

    [Test]
    public async Task Read_WhileAnotherSourceWrites_StaysAsleep()
    {
        using var tail = Follow();
        var reading = tail.ReadAsync(Timeout.InfiniteTimeSpan).AsTask();
        await WriteAsync(["elsewhere"], new LogSource(LogSourceKind.Server, "other"));
        Assert.That(reading.IsCompleted, Is.False);
        await WriteAsync(["here"]);
        Assert.That((await reading).Single().Text, Is.EqualTo("here"));
    }

    [Test]
    public async Task Read_WhenCancelled_EndsAndCanGoOn()
    {
        using var tail = Follow();
        using var gone = new CancellationTokenSource();
        var reading = tail.ReadAsync(Timeout.InfiniteTimeSpan, gone.Token).AsTask();
        await gone.CancelAsync();
        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        await WriteAsync(["later"]);
        Assert.That((await tail.ReadAsync(Timeout.InfiniteTimeSpan)).Single().Text, Is.EqualTo("later"));
    }

    [Test]
    public void Dispose_LeavesNobodyWaiting()
    {
        var (one, two) = (Follow(), Follow());
        one.Dispose();
        one.Dispose();
        Assert.That(_followers.Count, Is.EqualTo(1));
        two.Dispose();
        Assert.That(_followers.Count, Is.Zero);
    }

    private LogTail Follow(int limit = 500) => new(_store, _followers, new LogQuery { Source = Source, Limit = limit }, _clock);

    private async Task WriteAsync(string[] lines, LogSource? source = null)
    {
        var records = lines.Select(line => new LogRecord
        {
            Sequence = ++_sequence,
            Timestamp = Now,
            Project = new ProjectId("p"),
            Source = source ?? Source,
            Level = LogLevel.Info,
            Text = line,
        }).ToList();
        await _store.AppendAsync(records, CancellationToken.None);
        _followers.Wake(records);
    }
}
