using System.Security.Cryptography;

namespace PlayFlow.Emulator.Uploads;

/// <summary>The key of upload tickets, kept in a file only its owner can read, so that URLs outlive a restart.</summary>
internal static class TicketKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A key that is kept nowhere.</summary>
    public static byte[] Create() => RandomNumberGenerator.GetBytes(UploadTickets.KeySize);

    /// <summary>The key in a file; one is made when there is none, or when what is there is no key.</summary>
    public static byte[] LoadOrCreate(string path)
    {
        if (File.Exists(path))
        {
            var kept = File.ReadAllBytes(path);
            if (kept.Length == UploadTickets.KeySize)
            {
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(path, OwnerOnly);
                return kept;
            }
        }

        var key = Create();
        var unfinished = path + ".part";
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, Options()))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        return key;
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
