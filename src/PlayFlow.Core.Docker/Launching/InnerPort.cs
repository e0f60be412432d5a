using System.Globalization;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>A port as the game in a container opens it.</summary>
/// <param name="Number">Its number inside.</param>
/// <param name="Protocol"><see cref="PortProtocol.Udp"/> or <see cref="PortProtocol.Tcp"/>.</param>
internal readonly record struct InnerPort(int Number, PortProtocol Protocol)
{
    /// <summary>The inside of a port granted.</summary>
    public static InnerPort Of(NetworkPort port) => new(port.InternalPort, port.Protocol);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static InnerPort? TryParse(string text) =>
        text.Split('/') is [var number, "udp" or "tcp"]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
            ? new InnerPort(parsed, text.EndsWith("udp", StringComparison.Ordinal) ? PortProtocol.Udp : PortProtocol.Tcp)
            : null;

    /// <summary>As the engine writes it: <c>7777/udp</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Number}/{(Protocol == PortProtocol.Udp ? "udp" : "tcp")}");
}
