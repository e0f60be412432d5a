using System.Globalization;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Readiness;

/// <summary>
/// What the files <c>/proc/net/{tcp,tcp6,udp,udp6}</c> of a container say. A socket that only the container itself can reach does
/// not count as open: nobody outside gets through to it.
/// </summary>
internal static class SocketTable
{
    private const string Listening = "0A";
    private const string Established = "01";
    private const string Unconnected = "07";

    /// <summary>The files, in the order in which <see cref="Parse"/> tells them apart.</summary>
    public static readonly string[] Files = ["/proc/net/tcp", "/proc/net/tcp6", "/proc/net/udp", "/proc/net/udp6"];

    /// <summary>Adds the ports that a file shows open.</summary>
    /// <param name="text">The file.</param>
    /// <param name="protocol">Of which transport.</param>
    /// <param name="open">Takes them.</param>
    public static void Parse(string text, PortProtocol protocol, HashSet<InnerPort> open)
    {
        var wanted = protocol == PortProtocol.Tcp ? Listening : Unconnected;
        foreach (var (address, port, state) in Rows(text))
        {
            if (state == wanted && !IsLoopback(address))
            {
                open.Add(new InnerPort(port, protocol));
            }
        }
    }

    /// <summary>How many TCP connections a file shows established.</summary>
    public static int CountConnections(string text) => Rows(text).Count(row => row.State == Established);

    //   sl  local_address rem_address   st ...
    //    0: 00000000:1E61 00000000:0000 07 ...
    private static IEnumerable<(string Address, int Port, string State)> Rows(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 4 && words[0].EndsWith(':') && words[1].Split(':') is [var address, var number]
                && int.TryParse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var port))
            {
                yield return (address, port, words[3]);
            }
        }
    }

    // Words in the machine's byte order: 127.0.0.1 is 0100007F on a little-endian one, ::1 ends in 01000000.
    private static bool IsLoopback(string address) => address.Length == 8
        ? address.EndsWith("7F", StringComparison.Ordinal)
        : address == "00000000000000000000000001000000"
            || (address.StartsWith("0000000000000000FFFF0000", StringComparison.Ordinal) && address.EndsWith("7F", StringComparison.Ordinal));
}
