namespace PlayFlow.Core.Ports;

/// <summary>A port granted: where players connect.</summary>
/// <param name="Name">The name it was asked for under.</param>
/// <param name="InternalPort">The number the game was configured for.</param>
/// <param name="ExternalPort">The number players connect to. A TCP and a UDP port of one internal number share it.</param>
/// <param name="Protocol"><see cref="PortProtocol.Udp"/> or <see cref="PortProtocol.Tcp"/>.</param>
/// <param name="Host">The address players connect to.</param>
/// <param name="TlsEnabled">Whether players connect through TLS.</param>
public sealed record NetworkPort(
    string Name, int InternalPort, int ExternalPort, PortProtocol Protocol, string Host, bool TlsEnabled);
