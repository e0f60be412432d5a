using System.Text;

namespace PlayFlow.Core.Process.Launching;

/// <summary>Files and folders that only the user running this process may read, where the system knows such a thing.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes a file that is not there yet: never through a link that somebody left in its place.</summary>
    /// <exception cref="IOException">Something is there, or it cannot be made.</exception>
    public static void Create(string path, string text)
    {
        // Not FileMode.Create: that truncates, and what was truncated ext4 writes to the disk when it is closed.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Makes a file in the place of one that may be there; nobody reads it meanwhile.</summary>
    public static void CreateAnew(string path, string text)
    {
        try
        {
            Create(path, text);
        }
        catch (IOException)
        {
            File.Delete(path);
            Create(path, text);
        }
    }

    /// <summary>Puts a whole new file in the place of an old one in one step: a reader sees the old or the new.</summary>
    public static void Replace(string path, string text)
    {
        var fresh = path + ".new";
        CreateAnew(fresh, text);
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Removes a folder that a game may have made hard to remove. An absent one is harmless.</summary>
    public static void DeleteDirectory(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // As wanted.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            MakeWritable(path);
            Directory.Delete(path, recursive: true);
        }
    }

    private static void MakeWritable(string path)
    {
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", everything))
        {
            if (OperatingSystem.IsWindows())
            {
                entry.Attributes &= ~FileAttributes.ReadOnly;
            }
            else if (entry is DirectoryInfo)
            {
                entry.UnixFileMode |= OwnerOnly | UnixFileMode.UserExecute;
            }
        }
    }
}
