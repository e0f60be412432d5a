using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>Readers of a database, each with a connection of its own: as many as there are reads at once, a few kept for the next.</summary>
internal sealed class ReaderPool<TReader>(string path, Func<TReader> open) : IDisposable
    where TReader : class, IDisposable
{
    private const int Kept = 8;
    private readonly ConcurrentBag<TReader> _idle = [];
    private volatile bool _disposed;

    /// <summary>Reads with a reader that nobody else uses meanwhile. One that failed is not used again.</summary>
    public TResult Read<TArgument, TResult>(TArgument argument, Func<TReader, TArgument, TResult> read)
    {
        TReader? reader = null;
        try
        {
            reader = _idle.TryTake(out var idle) ? idle : open();
            var result = read(reader, argument);
            Return(reader);
            return result;
        }
        catch (SqliteException exception)
        {
            reader?.Dispose();
            throw Failures.Explain(exception, path);
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Clear();
    }

    private void Return(TReader reader)
    {
        if (_idle.Count >= Kept)
        {
            reader.Dispose();
            return;
        }

        _idle.Add(reader);
        if (_disposed)
        {
            Clear();
        }
    }

    private void Clear()
    {
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }
}
