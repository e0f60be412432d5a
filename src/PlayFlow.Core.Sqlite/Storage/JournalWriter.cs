using System.Buffers;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>Appends batches to the journal and the archive.</summary>
internal sealed class JournalWriter : IDisposable
{
    // SQLite takes a billion bytes; a row that is read again should be no burden.
    private const int MaxRowBytes = 1 << 20;

    private readonly WriteConnection _writer;
    private readonly Statement _append;
    private readonly Statement _archive;
    private readonly ArrayBufferWriter<byte> _row = new();

    public JournalWriter(WriteConnection writer)
    {
        _writer = writer;
        _append = new Statement(writer.Connection, "INSERT INTO journal (sequence, entries, payload) VALUES (?, ?, ?)");
        _archive = new Statement(
            writer.Connection,
            "INSERT INTO archive (id, payload) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET payload = excluded.payload");
    }

    /// <summary>Keeps a batch, all or nothing.</summary>
    public void Append(JournalBatch batch) => _writer.Transact((this, batch), static of => of.Item1.Insert(of.batch));

    public void Dispose()
    {
        _append.Dispose();
        _archive.Dispose();
    }

    private void Insert(JournalBatch batch)
    {
        for (var first = 0; first < batch.Entries.Count;)
        {
            first += InsertRow(batch.Entries, first);
        }

        foreach (var server in batch.Archived)
        {
            _archive.With(0, server.Id.Value).With(1, server.Payload.Span).Run();
        }
    }

    private int InsertRow(IReadOnlyList<JournalEntry> entries, int first)
    {
        _row.ResetWrittenCount();
        var count = 0;
        do
        {
            JournalRow.Add(_row, entries[first + count].Payload.Span);
            count++;
        }
        while (first + count < entries.Count && _row.WrittenCount + entries[first + count].Payload.Length <= MaxRowBytes);

        var payload = count == 1 ? entries[first].Payload.Span : _row.WrittenSpan;
        _append.With(0, entries[first].Sequence).With(1, count).With(2, payload).Run();
        return count;
    }
}
