namespace PlayFlow.Emulator.Uploads.Repack;

/// <summary>What a file is by its first bytes.</summary>
internal enum FileKind
{
    /// <summary>Nothing that is run.</summary>
    Other,

    /// <summary>A Linux program or library.</summary>
    Elf,

    /// <summary>A script that names its interpreter.</summary>
    Script,

    /// <summary>A Windows program.</summary>
    Windows,

    /// <summary>A macOS program.</summary>
    MacOs,
}

/// <summary>Tells kinds apart.</summary>
internal static class FileKinds
{
    /// <summary>The kind of a file that begins with these bytes.</summary>
    public static FileKind Of(ReadOnlySpan<byte> head) => head switch
    {
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] => FileKind.Elf,
        [(byte)'#', (byte)'!', ..] => FileKind.Script,
        [(byte)'M', (byte)'Z', ..] => FileKind.Windows,
        [0xCF or 0xCE, 0xFA, 0xED, 0xFE, ..] or [0xCA, 0xFE, 0xBA, 0xBE, ..] => FileKind.MacOs,
        _ => FileKind.Other,
    };

    /// <summary>Whether Linux runs such a file once its execute bit is set.</summary>
    public static bool IsRunnable(this FileKind kind) => kind is FileKind.Elf or FileKind.Script;
}
