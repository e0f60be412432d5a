using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;
using PlayFlow.Core.Testing;
using PlayFlow.Core.Testing.Storage;

namespace PlayFlow.Core.Tests.Storage;

/// <summary>The suite finds what is wrong with a store that is deliberately broken.</summary>
public sealed class FleetStoreContractTests
{
    [Test]
    public async Task Contract_SoundStore_Passes() =>
        Assert.That(await ContractRunner.FailuresAsync(() => new AnyFleetStoreContract(() => new InMemoryFleetStore())), Is.Empty);

    [Test]
    public async Task Contract_BrokenStore_Fails([Values] Flaw flaw) =>
        Assert.That(await ContractRunner.FailuresAsync(() => new AnyFleetStoreContract(() => new BrokenStore(flaw))), Is.Not.Empty);

    public enum Flaw
    {
        LosesLastEntry,
        LosesArchived,
        KeepsCallersBuffer,
        AcceptsAnySequence,
        IgnoresSnapshot,
        SnapshotDropsLaterEntries,
        AcceptsOldSnapshot,
        FindsWhatIsNotThere,
        IgnoresCancellation,
    }

    /// <summary>A sound store with one flaw.</summary>
    private sealed class BrokenStore(Flaw flaw) : IFleetStore
    {
        private readonly InMemoryFleetStore _sound = new();
        private StoredFleet _fleet = new(null, []);

        public ValueTask<StoredFleet> LoadAsync(CancellationToken cancellationToken) => _sound.LoadAsync(cancellationToken);

        public async ValueTask AppendAsync(JournalBatch batch, CancellationToken cancellationToken)
        {
            try
            {
                await _sound.AppendAsync(
                    flaw == Flaw.LosesArchived ? batch with { Archived = [] } : batch,
                    flaw == Flaw.IgnoresCancellation ? default : cancellationToken);
            }
            catch (StoreException) when (flaw == Flaw.AcceptsAnySequence)
            {
                return;
            }

            _fleet = _fleet with { Entries = [.. _fleet.Entries, .. batch.Entries] };
        }

        public async ValueTask SaveSnapshotAsync(FleetSnapshot snapshot, CancellationToken cancellationToken)
        {
            if (flaw == Flaw.IgnoresSnapshot)
            {
                return;
            }

            try
            {
                await _sound.SaveSnapshotAsync(snapshot, cancellationToken);
            }
            catch (StoreException) when (flaw == Flaw.AcceptsOldSnapshot)
            {
                return;
            }

            _fleet = new StoredFleet(snapshot, [.. _fleet.Entries.Where(entry => entry.Sequence > snapshot.Sequence)]);
        }

        public async ValueTask<ReadOnlyMemory<byte>?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken)
        {
            var found = await _sound.FindArchivedAsync(id, cancellationToken);
            return flaw == Flaw.FindsWhatIsNotThere ? found ?? ReadOnlyMemory<byte>.Empty : found;
        }

        public async ValueTask<StoredFleet> ReloadAsync(CancellationToken cancellationToken)
        {
            var kept = await _sound.ReloadAsync(cancellationToken);
            return flaw switch
            {
                Flaw.LosesLastEntry => kept with { Entries = [.. kept.Entries.SkipLast(1)] },
                Flaw.SnapshotDropsLaterEntries when kept.Snapshot is not null => kept with { Entries = [] },
                Flaw.KeepsCallersBuffer => _fleet,
                _ => kept,
            };
        }

        public ValueTask DisposeAsync() => _sound.DisposeAsync();
    }
}
