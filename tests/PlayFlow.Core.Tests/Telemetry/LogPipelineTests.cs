using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Projects;
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
}
