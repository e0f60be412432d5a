using System.Net;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Process.Readiness;

/// <summary>The listening TCP and bound UDP sockets of this machine. Safe to call from any thread.</summary>
internal interface ISocketTable
{
    /// <summary>
    /// A cheap look: none means that nothing holds the port on the loopback or on all addresses. Of several it may tell one only, and
    /// one that serves both address families twice.
    /// </summary>
    IReadOnlyList<BoundSocket> FindOnLoopback(int port, PortProtocol protocol);

    /// <summary>Every socket that holds the port on any address.</summary>
    IReadOnlyList<BoundSocket> Find(int port, PortProtocol protocol);

    /// <summary>Adds the inode of every established TCP connection's socket; false where the system does not tell.</summary>
    bool TryFindConnections(HashSet<uint> inodes);
}

/// <summary>A socket that receives what is sent to a port.</summary>
/// <param name="LoopbackAddress">An address of this machine that reaches it.</param>
/// <param name="Port">The port.</param>
/// <param name="Protocol">Its transport.</param>
/// <param name="Inode">What its owners' descriptors point at; 0 where the system does not tell.</param>
internal readonly record struct BoundSocket(IPAddress LoopbackAddress, int Port, PortProtocol Protocol, uint Inode);
