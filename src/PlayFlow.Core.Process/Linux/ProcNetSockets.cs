using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Readiness;

namespace PlayFlow.Core.Process.Linux;

/// <summary>The machine's sockets out of <c>/proc/net</c>: slower than netlink, and always there.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcNetSockets : ISocketTable
{
    private const string ListenState = "0A";
    private const string UnconnectedState = "07";
    private const string EstablishedState = "01";

    /// <inheritdoc/>
    public IReadOnlyList<BoundSocket> FindOnLoopback(int port, PortProtocol protocol) => Find(port, protocol);

    /// <inheritdoc/>
    public IReadOnlyList<BoundSocket> Find(int port, PortProtocol protocol)
    {
        var found = new List<BoundSocket>();
        var tcp = protocol == PortProtocol.Tcp;
        Read(tcp ? "/proc/net/tcp" : "/proc/net/udp", port, protocol, found);
        Read(tcp ? "/proc/net/tcp6" : "/proc/net/udp6", port, protocol, found);
        return found;
    }

    /// <inheritdoc/>
    public bool TryFindConnections(HashSet<uint> inodes)
    {
        foreach (var fields in ReadRows("/proc/net/tcp").Concat(ReadRows("/proc/net/tcp6")))
        {
            if (fields[3] == EstablishedState && uint.TryParse(fields[9], CultureInfo.InvariantCulture, out var inode) && inode != 0)
            {
                inodes.Add(inode);
            }
        }

        return true;
    }

    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …; addresses are words of the machine, in hex.
    private static void Read(string file, int port, PortProtocol protocol, List<BoundSocket> found)
    {
        var ending = FormattableString.Invariant($":{port:X4}");
        foreach (var fields in ReadRows(file))
        {
            if (fields[1].EndsWith(ending, StringComparison.Ordinal)
                && fields[3] == (protocol == PortProtocol.Tcp ? ListenState : UnconnectedState)
                && uint.TryParse(fields[9], CultureInfo.InvariantCulture, out var inode))
            {
                found.Add(new BoundSocket(ReadAddress(fields[1].AsSpan(0, fields[1].Length - ending.Length)), port, protocol, inode));
            }
        }
    }

    private static IEnumerable<string[]> ReadRows(string file) => !File.Exists(file) ? [] : File.ReadLines(file)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length >= 10);

    private static IPAddress ReadAddress(ReadOnlySpan<char> hex)
    {
        Span<byte> bytes = stackalloc byte[16];
        var length = hex.Length / 2;
        for (var word = 0; word < length; word += 4)
        {
            var value = uint.Parse(hex.Slice(word * 2, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[word..], value);
        }

        return SocketDiagnostics.Reach(new IPAddress(bytes[..length]), v6Only: false);
    }
}
