namespace PlayFlow.Emulator.Hosting;

/// <summary>
/// The directory an emulator keeps its files in, held so that no second one writes there. The lock is the system's: it goes
/// with the process, however that ends.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>What the lock of a temporary directory ends in; it stands beside the directory.</summary>
    public const string LockSuffix = ".lock";

    private const string ContainersFolder = "docker";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;
    private readonly bool _isTemporary;

    private DataDirectory(string path, FileStream held, bool isTemporary)
    {
        FullPath = path;
        _lock = held;
        _isTemporary = isTemporary;
    }

    /// <summary>The directory.</summary>
    public string FullPath { get; }

    /// <summary>The fleet's database.</summary>
    public string FleetDatabase => Path.Combine(FullPath, "fleet.db");

    /// <summary>The log lines' database.</summary>
    public string LogDatabase => Path.Combine(FullPath, "logs.db");

    /// <summary>Uploads and what is made of them.</summary>
    public string Builds => Path.Combine(FullPath, "builds");

    /// <summary>What game servers need that run as processes.</summary>
    public string Servers => Path.Combine(FullPath, "process");

    /// <summary>The certificate authority of ports with TLS.</summary>
    public string Tls => TlsOf(FullPath);

    /// <summary>What game servers need that run as containers.</summary>
    public string Containers => Path.Combine(FullPath, ContainersFolder);

    /// <summary>The key of upload URLs.</summary>
    public string TicketKeyFile => Path.Combine(FullPath, "upload.key");

    /// <summary>Where a data directory has its certificate authority.</summary>
    public static string TlsOf(string path) => Path.Combine(path, "tls");

    /// <summary>Takes a directory, which is made when it is not there.</summary>
    /// <exception cref="StartException">It cannot be written, or another emulator has it.</exception>
    public static DataDirectory Open(string path)
    {
        var full = Guard(path, "made", () =>
        {
            var full = Path.GetFullPath(path);
            Create(full);
            return full;
        });
        Guard(path, "kept from other users", () => Close(full));
        return Guard(path, "written", () =>
            new DataDirectory(full, Hold(Path.Combine(full, "emulator.lock"), full), isTemporary: false));
    }

    /// <summary>Makes a directory that is removed at the end.</summary>
    /// <param name="root">Where it is made; see <see cref="AbandonedDirectories"/>.</param>
    public static DataDirectory Temporary(string root)
    {
        try
        {
            Create(root);
            var (path, held) = HoldNew(root);
            Create(path);
            return new DataDirectory(path, held, isTemporary: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"No temporary directory can be made in '{root}': {fault.Message}", fault);
        }
    }

    /// <summary>Where a temporary directory has what its containers need, by its lock.</summary>
    public static string ContainersOf(string lockFile) => Path.Combine(lockFile[..^LockSuffix.Length], ContainersFolder);

    /// <summary>Takes a temporary directory whose emulator was killed; null while that one lives.</summary>
    public static DataDirectory? TakeAbandoned(string lockFile)
    {
        try
        {
            var held = new FileStream(lockFile, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            return new DataDirectory(lockFile[..^LockSuffix.Length], held, isTemporary: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the directory if it is a temporary one, and lets go of it.</summary>
    /// <exception cref="IOException">Something in it is still in use.</exception>
    public void Dispose()
    {
        try
        {
            if (_isTemporary)
            {
                if (Directory.Exists(FullPath))
                {
                    Directory.Delete(FullPath, recursive: true);
                }

                File.Delete(FullPath + LockSuffix);
            }
        }
        finally
        {
            _lock.Dispose();
        }
    }

    // Between the making of the file and its lock another emulator may look for abandoned ones and take it: then the next name.
    private static (string Path, FileStream Held) HoldNew(string root)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = Path.Combine(root, Path.GetRandomFileName());
            try
            {
                return (path, new FileStream(path + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException) when (attempt < 10)
            {
                continue;
            }
        }
    }

    private static FileStream Hold(string file, string directory)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException fault) when (File.Exists(file))
        {
            throw new StartException(
                $"The data directory '{directory}' is in use by another emulator: stop that one, or choose another with --data", fault);
        }
    }

    private static T Guard<T>(string path, string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartException($"The data directory '{path}' cannot be {what}: {fault.Message}", fault);
        }
    }

    // A directory that was there before may be open to others; one that is meant for them, like /tmp, is not taken away.
    private static bool Close(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        var mode = File.GetUnixFileMode(path);
        if (mode.HasFlag(UnixFileMode.StickyBit))
        {
            throw new StartException($"The data directory '{path}' is shared with other users: choose one of its own with --data");
        }

        if ((mode & ~OwnerOnly) == 0)
        {
            return false;
        }

        File.SetUnixFileMode(path, OwnerOnly);
        return true;
    }

    // The database holds keys and variables: only its owner may look inside.
    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }
}
