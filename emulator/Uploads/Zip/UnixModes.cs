namespace PlayFlow.Emulator.Uploads.Zip;

/// <summary>The bits of a Unix file mode.</summary>
internal static class UnixModes
{
    /// <summary>The bits that give the file's type.</summary>
    public const int TypeMask = 0xF000;

    /// <summary>A regular file.</summary>
    public const int Regular = 0x8000;

    /// <summary>A folder.</summary>
    public const int Directory = 0x4000;

    /// <summary>A symbolic link.</summary>
    public const int SymbolicLink = 0xA000;

    /// <summary>May be run by its owner, its group, anyone.</summary>
    public const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>What a file gets whose archive knows no modes: <c>rw-r--r--</c>.</summary>
    public const UnixFileMode PlainFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>What every folder gets: <c>rwxr-xr-x</c>.</summary>
    public const UnixFileMode Folder = PlainFile | Execute;

    /// <summary>
    /// The permissions kept of a mode: set-user-id, set-group-id and sticky bits are dropped, and the owner can always read and
    /// write, or the server's own directory could not be filled and cleared.
    /// </summary>
    public static UnixFileMode Permissions(int mode) =>
        (UnixFileMode)(mode & 0x1FF) | UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
