using System.Buffers.Binary;
using System.Text;

namespace PlayFlow.Core.Docker.Images;

/// <summary>What the first bytes of a file say of how it is run.</summary>
/// <param name="Fault">One sentence on why it cannot be run in a Linux container of that architecture, or null.</param>
/// <param name="Interpreter">The program that runs it: of a script, or the loader of an ELF file; null when there is none.</param>
internal sealed record ProgramFile(string? Fault, string? Interpreter)
{
    private const int HeadBytes = 4096;

    // Architectures as the engine writes them, and the numbers that ELF has for them.
    private static readonly (string Name, ushort Number)[] Machines =
        [("amd64", 62), ("arm64", 183), ("arm", 40), ("386", 3), ("riscv64", 243), ("ppc64le", 21), ("s390x", 22)];

    /// <summary>Looks at a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="architecture">That of the image it is to run in, as the engine writes it.</param>
    public static ProgramFile Read(string path, string name, string architecture)
    {
        if (Directory.Exists(path))
        {
            return Bad($"the executable '{name}' is a folder");
        }

        if (!File.Exists(path))
        {
            return Bad($"the executable '{name}' is not in the build");
        }

        var head = ReadHead(path);
        return head switch
        {
            [] => Bad($"the executable '{name}' is empty"),
            [(byte)'M', (byte)'Z', ..] => Bad($"the executable '{name}' is a Windows program; servers run Linux builds"),
            [0xcf, 0xfa, 0xed, 0xfe, ..] or [0xca, 0xfe, 0xba, 0xbe, ..] =>
                Bad($"the executable '{name}' is a macOS program; servers run Linux builds"),
            [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] => ReadElf(head, name, architecture),
            [(byte)'#', (byte)'!', ..] => ReadScript(head, name),
            _ => Bad($"the executable '{name}' is neither a Linux program nor a script that begins with #!"),
        };
    }

    private static ProgramFile ReadScript(byte[] head, string name)
    {
        var line = Encoding.UTF8.GetString(head.AsSpan(2)).Split('\n')[0];
        if (line.EndsWith('\r'))
        {
            return Bad($"the first line of the script '{name}' ends in a carriage return; save it with Unix line ends");
        }

        var interpreter = line.Trim().Split(' ', '\t')[0];
        return interpreter.StartsWith('/')
            ? new ProgramFile(null, interpreter)
            : Bad($"the script '{name}' does not name the full path of what runs it");
    }

    private static ProgramFile ReadElf(byte[] head, string name, string architecture)
    {
        if (head.Length < 64)
        {
            return Bad($"the executable '{name}' is cut short");
        }

        var isLittle = head[5] == 1;
        var machine = Read16(head, 18, isLittle);
        if (Machines.Any(known => known.Name == architecture && known.Number != machine))
        {
            var built = Machines.FirstOrDefault(known => known.Number == machine).Name ?? FormattableString.Invariant($"machine {machine}");
            return Bad($"the executable '{name}' is built for {built}; the base image is for {architecture}");
        }

        return new ProgramFile(null, FindLoader(head, isLittle));
    }

    // The program header of type 3 names the loader, and a program without one is linked statically.
    private static string? FindLoader(byte[] head, bool isLittle)
    {
        const uint interpreter = 3;
        var is64 = head[4] == 2;
        var table = is64 ? Read64(head, 32, isLittle) : Read32(head, 28, isLittle);
        var size = Read16(head, is64 ? 54 : 42, isLittle);
        var count = Read16(head, is64 ? 56 : 44, isLittle);
        for (var i = 0; i < count; i++)
        {
            var at = table + ((ulong)i * size);
            if (at + size > (ulong)head.Length || size < 32)
            {
                return null;
            }

            var entry = head.AsSpan((int)at);
            if (Read32(entry, 0, isLittle) == interpreter)
            {
                var offset = is64 ? Read64(entry, 8, isLittle) : Read32(entry, 4, isLittle);
                var length = is64 ? Read64(entry, 32, isLittle) : Read32(entry, 16, isLittle);
                return offset + length <= (ulong)head.Length && length > 1
                    ? Encoding.UTF8.GetString(head, (int)offset, (int)length - 1)
                    : null;
            }
        }

        return null;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, int at, bool isLittle) => isLittle
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    private static uint Read32(ReadOnlySpan<byte> bytes, int at, bool isLittle) => isLittle
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    private static ulong Read64(ReadOnlySpan<byte> bytes, int at, bool isLittle) => isLittle
        ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);

    private static ProgramFile Bad(string fault) => new(fault, null);

    private static byte[] ReadHead(string path)
    {
        using var file = File.OpenHandle(path);
        var head = new byte[HeadBytes];
        return head[..RandomAccess.Read(file, head, 0)];
    }
}
