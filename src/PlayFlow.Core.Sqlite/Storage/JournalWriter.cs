using Microsoft.Data.Sqlite;
using PlayFlow.Core.Sqlite.Database;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>Appends batches to the journal and the archive.</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly WriteConnection _writer;
    private readonly SqliteCommand _append;
    private readonly SqliteCommand _archive;

    public JournalWriter(WriteConnection writer)
    {
        _writer = writer;
        _append = writer.Connection.Prepared(
            "INSERT INTO journal (sequence, payload) VALUES (@sequence, @payload)",
            ("@sequence", SqliteType.Integer),
            ("@payload", SqliteType.Blob));
        _archive = writer.Connection.Prepared(
            "INSERT INTO archive (id, payload) VALUES (@id, @payload) ON CONFLICT (id) DO UPDATE SET payload = excluded.payload",
            ("@id", SqliteType.Text),
            ("@payload", SqliteType.Blob));
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
        foreach (var entry in batch.Entries)
        {
            _append.With(0, entry.Sequence).With(1, entry.Payload.ToBlob()).ExecuteNonQuery();
        }

        foreach (var server in batch.Archived)
        {
            _archive.With(0, server.Id.Value).With(1, server.Payload.ToBlob()).ExecuteNonQuery();
        }
    }
}
