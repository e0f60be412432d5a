using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Readiness;

/// <summary>
/// Sees a container's sockets through <c>/proc</c> of its first process: at no cost to the container, and whatever is in its
/// image, where the engine runs on this system. One look at a time: who may not ask for the sockets that listen has the system walk
/// its tables for each, which takes milliseconds for TCP on a machine with much memory.
/// </summary>
internal sealed class ProcSockets(string container, long pid, SemaphoreSlim turn) : IInnerSockets
{
    private readonly string _process = FormattableString.Invariant($"/proc/{pid}");

    /// <inheritdoc/>
    public TimeSpan Pause => TimeSpan.FromMilliseconds(2);

    /// <inheritdoc/>
    public TimeSpan LongestPause => TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    public async Task<IReadOnlySet<InnerPort>?> FindOpenAsync(PortProtocol protocols, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return FindOpen(protocols);
        }
        finally
        {
            turn.Release();
        }
    }

    private HashSet<InnerPort>? FindOpen(PortProtocol protocols)
    {
        if (!IsOurs())
        {
            return null;
        }

        var asked = OperatingSystem.IsLinux() && protocols.HasFlag(PortProtocol.Tcp) ? ListeningSockets.Find(_process) : null;
        var open = FindOpenInFiles(asked is null ? protocols : protocols & ~PortProtocol.Tcp);
        open.UnionWith(asked ?? []);

        // What was seen is its own only if it was there all the while.
        return IsOurs() ? open : null;
    }

    /// <summary>The ports open at the moment, by the files alone.</summary>
    internal HashSet<InnerPort> FindOpenInFiles(PortProtocol protocols)
    {
        var open = new HashSet<InnerPort>();
        foreach (var file in SocketTable.Files)
        {
            var protocol = file.Contains("tcp", StringComparison.Ordinal) ? PortProtocol.Tcp : PortProtocol.Udp;
            if (protocols.HasFlag(protocol) && Read(file) is { } text)
            {
                SocketTable.Parse(text, protocol, open);
            }
        }

        return open;
    }

    /// <summary>How many TCP connections the container has established, or null when this cannot tell.</summary>
    public int? CountConnections() => IsOurs() && Read(SocketTable.Files[0]) is { } four
        ? SocketTable.CountConnections(four) + (Read(SocketTable.Files[1]) is { } six ? SocketTable.CountConnections(six) : 0)
        : null;

    // The number may be another process's: of another machine when the engine is not here, of a later time when it is.
    private bool IsOurs()
    {
        try
        {
            return File.ReadAllText(_process + "/cgroup").Contains(container, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string? Read(string file)
    {
        try
        {
            return File.ReadAllText(_process + file["/proc".Length..]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
