using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Testing.Telemetry;

namespace PlayFlow.Core.Tests.Telemetry;

public sealed class InMemoryLogStoreTests : LogStoreContract
{
    protected override ILogStore Create(LogRetention retention) => new InMemoryLogStore(retention);

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    public void New_RetentionOfNothing_IsRefused(int lines, int bytes) =>
        Assert.That(
            () => new InMemoryLogStore(new LogRetention { MaxLines = lines, MaxBytes = bytes }),
            Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task Read_ProjectThatLostMostOfItsLines_GivesWhatIsLeft()
    {
        await using var store = new InMemoryLogStore(new LogRetention { MaxLines = 100 });
        await store.OpenAsync(default);

        // A quiet server's few lines lie far apart among those a noisy one has lost.
        for (var sequence = 1; sequence <= 20_000; sequence++)
        {
            await store.AppendAsync([Line(sequence, sequence % 500 == 0 ? "quiet" : "noisy")], default);
        }

        var lines = await store.ReadAsync(new LogQuery { Project = new ProjectId("project"), Offset = 30, Limit = 20 }, default);

        Assert.That(
            lines.Select(line => line.Sequence),
            Is.EqualTo(Enumerable.Range(31, 9).Select(n => n * 500).Concat(Enumerable.Range(19_900, 11))));
    }
}
