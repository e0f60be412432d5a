using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Time;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Core.Tests.Orchestration;

public sealed class JournalLoopTests
{
    [Test]
    public async Task Batch_ThatIsBeingShown_HoldsUpTheNextOneAtNothingButItsTurn()
    {
        var clock = new VirtualClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var store = new WatchedStore();
        var shown = new List<string>();
        using var go = new ManualResetEventSlim();
        await using var compute = new FakeComputeProvider(new FakeComputeOptions(), clock);
        await using var loop = new FleetLoop(new OrchestratorOptions(), store, compute, clock, NullLogger.Instance)
        {
            Written = (happened, _) =>
            {
                go.Wait();
                shown.Add(((FleetEvent.ProjectConfigured)happened).Id.Value);
            },
            Act = static _ => { },
            Recovered = static () => Task.CompletedTask,
        };
        await loop.StartAsync(CancellationToken.None);

        var first = ConfigureAsync(loop, "first");
        await Eventually.TrueAsync(() => store.Written == 1, "the first to be written");
        var second = ConfigureAsync(loop, "second");
        await Eventually.TrueAsync(() => store.Written == 2, "the second to be written");
        var early = (first.IsCompleted, second.IsCompleted, loop.View.FindProject(new ProjectId("second")) is null);
        go.Set();
        await Task.WhenAll(first, second);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early, Is.EqualTo((false, false, true)), "nobody is told, and nothing shown, out of turn");
            Assert.That(shown, Is.EqualTo(new[] { "first", "second" }));
        }
    }

    [Test]
    public async Task Publishing_ThatFails_KeepsNobodyWaiting_AndIsReported()
    {
        var clock = new VirtualClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var logger = new KeptExceptions();
        await using var compute = new FakeComputeProvider(new FakeComputeOptions(), clock);
        await using var loop = new FleetLoop(new OrchestratorOptions(), new WatchedStore(), compute, clock, logger)
        {
            Written = static (happened, _) => throw new InvalidOperationException(((FleetEvent.ProjectConfigured)happened).Id.Value),
            Act = static _ => { },
            Recovered = static () => Task.CompletedTask,
        };
        await loop.StartAsync(CancellationToken.None);

        var answers = await Task.WhenAll(ConfigureAsync(loop, "first"), ConfigureAsync(loop, "second")).WaitAsync(TimeSpan.FromSeconds(60));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answers.Select(answer => answer.Problem), Is.All.Null);
            Assert.That(loop.View.FindProject(new ProjectId("second")), Is.Not.Null);
            Assert.That(logger.Messages, Is.EqualTo(new[] { "first", "second" }));
        }
    }

    private static Task<Result<bool>> ConfigureAsync(FleetLoop loop, string id) => loop.ExecuteAsync(
        now => new FleetCommand.ConfigureProject(now, new ProjectId(id), id, new ProjectKeys($"pf_{id}", $"pfclient_{id}"), Plan.Pro),
        static (_, _) => true).AsTask();

    private sealed class KeptExceptions : ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
            {
                Messages.Add(exception.Message);
            }
        }
    }
}
