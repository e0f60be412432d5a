namespace PlayFlow.Core.Ports;

/// <summary>The transport of a port. The values are flags so that one number can be held for both.</summary>
[Flags]
public enum PortProtocol
{
    /// <summary>No transport; never that of a real port.</summary>
    None = 0,

    /// <summary>User datagrams.</summary>
    Udp = 1,

    /// <summary>Streams.</summary>
    Tcp = 2,

    /// <summary>One number held for both transports.</summary>
    Both = Udp | Tcp,
}
