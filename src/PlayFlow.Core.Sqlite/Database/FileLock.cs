using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Database;

/// <summary>
/// Holds a database for one store. The system gives the lock back when the process ends, however it ends; the file itself
/// stays, since deleting it could take the lock from under a process that just opened it.
/// </summary>
internal sealed class FileLock : IDisposable
{
    // What flock and CreateFile answer when another holds the file: EAGAIN on Linux and macOS, a sharing violation on Windows.
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">Another store holds the database, or its folder cannot be written to.</exception>
    public static FileLock Acquire(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (IOException exception) when (exception.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
        {
            throw new StoreException(
                $"'{databasePath}' is in use by another process. Stop that process, or choose another data directory.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"'{databasePath}' cannot be written ({exception.Message}). Check the folder's permissions, or choose another data directory.",
                exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
