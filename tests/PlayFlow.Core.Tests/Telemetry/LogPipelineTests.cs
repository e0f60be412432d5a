using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Telemetry;

public sealed class LogPipelineTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LogSource Source = new(LogSourceKind.Server, "s");

    [Test]
    public async Task Line_KeptLate_HasTheTimeItWasSaidAt()
    {
        var clock = new FakeTimeProvider(Now);
        await using var pipeline = new LogPipeline(new InMemoryLogStore(), clock, NullLogger.Instance);
        pipeline.Write(new ProjectId("p"), Source, "said before anything is kept");
        clock.Advance(TimeSpan.FromHours(1));

        await pipeline.StartAsync(CancellationToken.None);
        await pipeline.FlushAsync(CancellationToken.None);

        var lines = await pipeline.Store.ReadAsync(new LogQuery { Source = Source, Limit = 10 }, CancellationToken.None);
        Assert.That(lines.Single().Timestamp, Is.EqualTo(Now));
    }

    [Test]
    public async Task Flush_OfASourceWithNothingOnItsWay_WaitsForNobodyElse()
    {
        var store = new HeldStore();
        await using var pipeline = new LogPipeline(store, new FakeTimeProvider(Now), NullLogger.Instance);
        await pipeline.StartAsync(CancellationToken.None);
        pipeline.Write(new ProjectId("p"), Source, "on its way");

        var others = pipeline.FlushAsync(new LogSource(LogSourceKind.Server, "other"), CancellationToken.None);
        var own = pipeline.FlushAsync(Source, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(others.IsCompleted, Is.True);
            Assert.That(own.IsCompleted, Is.False);
        }

        store.Release();
        await own;

        Assert.That(await store.CountAsync(Source, CancellationToken.None), Is.EqualTo(1));
        Assert.That(pipeline.FlushAsync(Source, CancellationToken.None).IsCompleted, Is.True);
    }

    /// <summary>Keeps nothing until it is let.</summary>
    private sealed class HeldStore : ILogStore
    {
        private readonly InMemoryLogStore _inner = new();
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _released.SetResult();

        public ValueTask<LogStoreState> OpenAsync(CancellationToken cancellationToken) => _inner.OpenAsync(cancellationToken);

        public async ValueTask AppendAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellationToken)
        {
            await _released.Task;
            await _inner.AppendAsync(records, cancellationToken);
        }

        public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(LogQuery query, CancellationToken cancellationToken) =>
            _inner.ReadAsync(query, cancellationToken);

        public ValueTask<long> CountAsync(LogSource source, CancellationToken cancellationToken) => _inner.CountAsync(source, cancellationToken);

        public ValueTask<long> GetPositionAsync(ComputeId compute, LogLevel level, CancellationToken cancellationToken) =>
            _inner.GetPositionAsync(compute, level, cancellationToken);

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
