using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Testing.Storage;

public abstract partial class FleetStoreContract
{
    [Test]
    public async Task FindArchived_UnknownServer_IsNull()
    {
        await using var store = await LoadedAsync();

        Assert.That(await store.FindArchivedAsync(new InstanceId("nobody"), default), Is.Null);
    }

    [Test]
    public async Task FindArchived_ArchivedServer_IsItsRecord()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1) with { Archived = [Archived("a", "first"), Archived("b", "second")] }, default);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Text((await store.FindArchivedAsync(new InstanceId("a"), default))!.Value), Is.EqualTo("first"));
            Assert.That(Text((await store.FindArchivedAsync(new InstanceId("b"), default))!.Value), Is.EqualTo("second"));
            Assert.That(await store.FindArchivedAsync(new InstanceId("A"), default), Is.Null, "ids are compared exactly");
        }
    }

    [Test]
    public async Task FindArchived_ArchivedTwice_IsTheLaterRecord()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1) with { Archived = [Archived("a", "first")] }, default);
        await store.AppendAsync(Batch(2) with { Archived = [Archived("a", "second"), Archived("a", "third")] }, default);

        Assert.That(Text((await store.FindArchivedAsync(new InstanceId("a"), default))!.Value), Is.EqualTo("third"));
    }

    [Test]
    public async Task FindArchived_AfterSnapshot_StillFinds()
    {
        await using var store = await LoadedAsync();
        await store.AppendAsync(Batch(1) with { Archived = [Archived("a", "first")] }, default);
        await store.SaveSnapshotAsync(Snapshot(1), default);

        Assert.That(await store.FindArchivedAsync(new InstanceId("a"), default), Is.Not.Null);
    }

    [Test]
    public async Task FindArchived_BesideTheWriter_SeesWholeRecords()
    {
        await using var store = await LoadedAsync();
        using var written = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!written.IsCancellationRequested)
            {
                var found = await store.FindArchivedAsync(new InstanceId("a"), default);
                if (found is { } payload && payload.Span.ContainsAnyExcept(payload.Span[0]))
                {
                    return false;
                }
            }

            return true;
        })).ToArray();
        for (var sequence = 1; sequence <= 100; sequence++)
        {
            var record = new string((char)('a' + (sequence % 26)), 10_000);
            await store.AppendAsync(Batch(sequence) with { Archived = [Archived("a", record)] }, default);
        }

        await written.CancelAsync();
        Assert.That(await Task.WhenAll(readers), Is.All.True);
    }
}
