namespace PlayFlow.Core.Ports;

/// <summary>A machine that servers can be placed on: an address players reach and the ports it offers.</summary>
/// <param name="Id">The provider's stable name for it.</param>
/// <param name="Address">What players connect to: a name or an IP address.</param>
/// <param name="Ports">The numbers servers may be given.</param>
/// <param name="Region">The only region it serves, or null for every region.</param>
/// <param name="Capacity">How many servers it holds at most, or null for as many as it has ports.</param>
public sealed record ComputeHost(string Id, string Address, PortRange Ports, string? Region = null, int? Capacity = null);
