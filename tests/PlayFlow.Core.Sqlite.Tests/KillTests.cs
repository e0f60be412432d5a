using NUnit.Framework;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Sqlite.Tests;

public sealed class KillTests
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Acknowledged_batches_survive_kill_at_any_moment()
    {
        var path = _folder.Next();
        foreach (var appends in new[] { 3, 47, 150, 311 })
        {
            var acknowledged = await KilledProcess.AppendAndDieAsync(path, appends);
            Assert.That(acknowledged, Is.GreaterThan(appends), "the process did its work");

            await using var store = new SqliteFleetStore(path);
            var fleet = await store.LoadAsync(default);

            var last = (fleet.Snapshot?.Sequence ?? 0) + fleet.Entries.Count;
            Assert.That(last, Is.GreaterThanOrEqualTo(acknowledged));
            Assert.That(fleet.Snapshot?.Payload.Span.SequenceEqual(KilledProcess.Payload(fleet.Snapshot.Sequence, 700_000)), Is.Not.False);
            foreach (var entry in fleet.Entries)
            {
                Assert.That(entry.Payload.Span.SequenceEqual(KilledProcess.Payload(entry.Sequence, 500)));
            }

            for (var sequence = 1; sequence <= last; sequence++)
            {
                Assert.That(await store.FindArchivedAsync(new InstanceId($"server {sequence}"), default), Is.Not.Null);
            }
        }
    }
}
