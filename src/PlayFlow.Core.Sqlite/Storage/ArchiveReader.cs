using Microsoft.Data.Sqlite;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite.Database;

namespace PlayFlow.Core.Sqlite.Storage;

/// <summary>Finds archived servers over a connection of its own.</summary>
internal sealed class ArchiveReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _find;

    public ArchiveReader(SqliteConnection connection)
    {
        _connection = connection;
        _find = connection.Prepared("SELECT payload FROM archive WHERE id = @id", ("@id", SqliteType.Text));
    }

    public byte[]? Find(InstanceId id)
    {
        using var rows = _find.With(0, id.Value).ExecuteReader();
        return rows.Read() ? rows.GetFieldValue<byte[]>(0) : null;
    }

    public void Dispose()
    {
        _find.Dispose();
        _connection.Dispose();
    }
}
