namespace PlayFlow.Core.Ports;

/// <summary>A port asked for.</summary>
/// <param name="Name">What the game calls it; unique within a server.</param>
/// <param name="InternalPort">The number the game would bind if it had the machine to itself, 1 to 65,535.</param>
/// <param name="Protocol"><see cref="PortProtocol.Udp"/> or <see cref="PortProtocol.Tcp"/>.</param>
/// <param name="TlsEnabled">Whether players connect through TLS; always false for UDP.</param>
/// <param name="Id">The id a project's settings keep for the entry, or null.</param>
public sealed record PortConfig(string Name, int InternalPort, PortProtocol Protocol, bool TlsEnabled, string? Id = null);
