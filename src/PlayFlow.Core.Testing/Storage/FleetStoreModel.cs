using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Testing.Storage;

/// <summary>The obvious fleet store: everything in plain lists, nothing clever.</summary>
internal sealed class FleetStoreModel
{
    public List<JournalEntry> Entries { get; } = [];

    public Dictionary<string, byte[]> Archive { get; } = [];

    public FleetSnapshot? Snapshot { get; private set; }

    public long Last => Entries.Count > 0 ? Entries[^1].Sequence : Snapshot?.Sequence ?? 0;

    /// <summary>The batch a step stands for now; payloads differ from entry to entry.</summary>
    public JournalBatch BatchFor(FleetStoreStep.Append step) => new(
        [.. Enumerable.Range(1, step.Entries).Select(n => new JournalEntry(Last + n, Payload(Last + n, step.Size)))],
        [.. step.Archived.Select(id => new ArchivedServer(new(id.ToString()), Payload(Last + id, step.Size)))]);

    public FleetSnapshot SnapshotFor(FleetStoreStep.Snapshot step) => new(Last - step.Back, Payload(Last, step.Size));

    public void Keep(JournalBatch batch)
    {
        Entries.AddRange(batch.Entries);
        foreach (var server in batch.Archived)
        {
            Archive[server.Id.Value] = server.Payload.ToArray();
        }
    }

    /// <summary>False when the snapshot is one to refuse.</summary>
    public bool TryKeep(FleetSnapshot snapshot)
    {
        if (snapshot.Sequence < (Snapshot?.Sequence ?? 0) || snapshot.Sequence > Last)
        {
            return false;
        }

        Entries.RemoveAll(entry => entry.Sequence <= snapshot.Sequence);
        Snapshot = snapshot;
        return true;
    }

    /// <summary>Null when the store remembers what this model does, or else the first difference.</summary>
    public string? DifferenceFrom(StoredFleet found)
    {
        if (found.Snapshot?.Sequence != Snapshot?.Sequence)
        {
            return $"the snapshot is at {found.Snapshot?.Sequence}, not at {Snapshot?.Sequence}";
        }

        if (Snapshot is not null && !found.Snapshot!.Payload.Span.SequenceEqual(Snapshot.Payload.Span))
        {
            return $"the snapshot at {Snapshot.Sequence} holds another payload";
        }

        if (!found.Entries.Select(entry => entry.Sequence).SequenceEqual(Entries.Select(entry => entry.Sequence)))
        {
            return $"entries [{string.Join(' ', found.Entries.Select(entry => entry.Sequence))}] are kept instead of "
                + $"[{string.Join(' ', Entries.Select(entry => entry.Sequence))}]";
        }

        var wrong = found.Entries.Zip(Entries).FirstOrDefault(pair => !pair.First.Payload.Span.SequenceEqual(pair.Second.Payload.Span));
        return wrong.First.Sequence == 0 ? null : $"entry {wrong.First.Sequence} holds another payload";
    }

    private static byte[] Payload(long seed, int size)
    {
        var payload = new byte[size];
        new Random((int)seed).NextBytes(payload);
        return payload;
    }
}
