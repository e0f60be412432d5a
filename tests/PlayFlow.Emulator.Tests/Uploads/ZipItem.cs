using System.Text;

namespace PlayFlow.Emulator.Tests.Uploads;

/// <summary>One entry of an archive made by <see cref="ZipMaker"/>; what is left null is as an honest writer has it.</summary>
internal sealed record ZipItem(string Name, byte[] Content)
{
    /// <summary>An entry with text in it.</summary>
    public ZipItem(string name, string text = "")
        : this(name, Encoding.UTF8.GetBytes(text))
    {
    }

    /// <summary>The name's bytes, when they are not UTF-8 with its flag.</summary>
    public byte[]? RawName { get; init; }

    /// <summary>Unix type and permissions; 0 makes an entry of a writer that knows none.</summary>
    public int Mode { get; init; }

    /// <summary>Bits set beside those the writer sets itself.</summary>
    public ushort Flags { get; init; }

    /// <summary>0 or 8; others are only claimed.</summary>
    public ushort Method { get; init; } = 8;

    /// <summary>A checksum that is not the content's.</summary>
    public uint? Crc { get; init; }

    /// <summary>A size that is not the content's.</summary>
    public long? Size { get; init; }

    /// <summary>A place that is not the entry's.</summary>
    public uint? HeaderOffset { get; init; }

    /// <summary>Sizes and place in a ZIP64 field.</summary>
    public bool Wide { get; init; }

    /// <summary>Sizes and checksum behind the content, as a writer that streams puts them.</summary>
    public bool Streamed { get; init; }

    /// <summary>Compressed bytes kept only up to here.</summary>
    public int? CutTo { get; init; }

    /// <summary>A file every archive needs: what is run.</summary>
    public static ZipItem Server { get; } = new("Server.x86_64", "#!/bin/sh\nexit 0\n") { Mode = 0x81ED };

    /// <summary>A symbolic link.</summary>
    public static ZipItem Link(string name, string target) => new(name, target) { Mode = 0xA1FF };
}
