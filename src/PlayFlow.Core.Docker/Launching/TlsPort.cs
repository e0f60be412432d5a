using System.Globalization;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>A port that players reach with TLS.</summary>
/// <param name="External">The number they connect to.</param>
/// <param name="Internal">The number the game opens in its container, in plain.</param>
internal readonly record struct TlsPort(int External, int Internal)
{
    /// <summary>That of a port granted.</summary>
    public static TlsPort Of(NetworkPort port) => new(port.ExternalPort, port.InternalPort);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static TlsPort? TryParse(string text) =>
        text.Split(':') is [var external, var @internal]
        && int.TryParse(external, NumberStyles.None, CultureInfo.InvariantCulture, out var outside)
        && int.TryParse(@internal, NumberStyles.None, CultureInfo.InvariantCulture, out var inside)
            ? new TlsPort(outside, inside)
            : null;

    /// <summary>The external number, a colon, the internal one.</summary>
    public override string ToString() => FormattableString.Invariant($"{External}:{Internal}");
}
