using System.Buffers;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine.Journal;

/// <summary>How a server stands in the archive: a format version, then its record.</summary>
public static class ArchiveFormat
{
    private const byte FormatVersion = 1;

    /// <summary>Writes a server.</summary>
    public static ReadOnlyMemory<byte> Write(GameServer server)
    {
        var output = new ArrayBufferWriter<byte>(512);
        var to = new PayloadWriter(output);
        to.Byte(FormatVersion);
        RecordFormat.Write(to, server);
        return output.WrittenMemory;
    }

    /// <summary>Reads a server.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or were written by a newer version.</exception>
    public static GameServer Read(ReadOnlySpan<byte> payload)
    {
        var from = new PayloadReader(payload);
        from.Version(FormatVersion);
        return RecordFormat.ReadServer(ref from);
    }
}
