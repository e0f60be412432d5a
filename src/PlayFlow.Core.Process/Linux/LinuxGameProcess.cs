using System.Runtime.Versioning;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// A game under its watchdog. The watchdog is a shell that outlives this process, waits for the game and writes its exit
/// status to a file; this class only watches the watchdog, so that a launch of an earlier run is taken up as its own would be.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxGameProcess : GameProcess
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);
    private const int CostFactor = 20;

    private static readonly TimeSpan StragglerLimit = TimeSpan.FromSeconds(10);

    private readonly WatchdogFiles _files;
    private readonly ProcessTree _tree;
    private readonly LaunchGroup? _group;
    private readonly ExitWatcher _exits;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _released = new();
    private readonly List<ProcessStat> _members = [];
    private long _membersAt;
    private TimeSpan _membersCost;
    private int _killing;

    public LinuxGameProcess(
        LaunchDirectory directory, ProcessIdentity watchdog, LaunchGroup? group, ExitWatcher exits, TimeProvider time)
    {
        _files = new WatchdogFiles(directory);
        _group = group;
        _exits = exits;
        _time = time;
        _tree = TreeOf(directory, group);
        _tree.Watchdog = watchdog;
        Completion = RunAsync(watchdog);
    }

    public override Task<ComputeExit> Completion { get; }

    /// <summary>The processes of a launch of which nothing else is known.</summary>
    public static ProcessTree TreeOf(LaunchDirectory directory, LaunchGroup? group) =>
        new(LaunchEnvironment.ConfigPathVariable + "=" + directory.Files + "/", group);

    /// <summary>Its processes, with the main one looked up.</summary>
    public ProcessTree FindTree()
    {
        FindMain();
        return _tree;
    }

    public override bool Owns(BoundSocket socket)
    {
        FindMain();
        if (_tree.Main is { } main && SocketOwners.Holds(main.Pid, socket.Inode))
        {
            return true;
        }

        return RecentMembers().Any(member => member.Pid != _tree.Main?.Pid && SocketOwners.Holds(member.Pid, socket.Inode));
    }

    public override void Terminate()
    {
        if (FindMain())
        {
            _tree.Terminate();
        }
        else
        {
            _ = TerminateOnceStartedAsync();
        }
    }

    public override void Kill()
    {
        if (Interlocked.Exchange(ref _killing, 1) == 0)
        {
            _ = KillUntilGoneAsync();
        }
    }

    public override async Task<bool> EndStragglersAsync()
    {
        FindMain();
        var started = _time.GetTimestamp();
        var wait = ShortestWait;
        var isEmpty = _tree.Kill();
        while (!isEmpty && _time.GetElapsedTime(started) < StragglerLimit)
        {
            await Task.Delay(wait, _time, CancellationToken.None).ConfigureAwait(false);
            wait = Longer(wait);
            isEmpty = _tree.Kill();
        }

        Collect();
        for (wait = ShortestWait; _group?.TryRemove() == false && wait < LongestWait; wait = Longer(wait))
        {
            await Task.Delay(wait, _time, CancellationToken.None).ConfigureAwait(false);
        }

        return isEmpty;
    }

    public override void Dispose() => _released.Cancel();

    private static TimeSpan Longer(TimeSpan wait) => wait * 2 < LongestWait ? wait * 2 : LongestWait;

    private async Task<ComputeExit> RunAsync(ProcessIdentity watchdog)
    {
        await _exits.WaitAsync(watchdog).ConfigureAwait(false);
        if (_files.ReadExit() is { } exit)
        {
            return WithReason(exit);
        }

        // Somebody ended the watchdog. The game goes on, and so does this.
        if (FindMain() && _tree.Main is { } main)
        {
            await _exits.WaitAsync(main).ConfigureAwait(false);
        }

        return ComputeExit.Lost;
    }

    // Without a control group a look at the tree is a look at every process: not more often than it is cheap.
    private List<ProcessStat> RecentMembers()
    {
        lock (_members)
        {
            var now = _time.GetTimestamp();
            if (_time.GetElapsedTime(_membersAt, now) >= _membersCost * CostFactor)
            {
                _members.Clear();
                _members.AddRange(_tree.FindMembers());
                _membersAt = now;
                _membersCost = _time.GetElapsedTime(now);
            }

            return [.. _members];
        }
    }

    private ComputeExit WithReason(ComputeExit exit) =>
        exit.Signal == Libc.SigKill && _killing == 0 && _group?.RanOutOfMemory() == true
            ? exit with { Message = "ended by the system: it used more memory than its compute size has" }
            : exit;

    private bool FindMain()
    {
        if (_tree.Main is null && _files.ReadMain() is { } main)
        {
            _tree.JoinedGroup = main.JoinedGroup && _group is not null;
            _tree.Main = main.Process;
        }

        return _tree.Main is not null;
    }

    private async Task TerminateOnceStartedAsync()
    {
        while (!await EndsWithinAsync(ShortestWait).ConfigureAwait(false))
        {
            if (FindMain())
            {
                _tree.Terminate();
                return;
            }
        }
    }

    // A process may fork while its tree is being looked up, or not be there yet: so again, until the watchdog says it is over.
    private async Task KillUntilGoneAsync()
    {
        var wait = ShortestWait;
        do
        {
            FindMain();
            _tree.Kill();
            wait = Longer(wait);
        }
        while (!await EndsWithinAsync(wait).ConfigureAwait(false));
    }

    private async Task<bool> EndsWithinAsync(TimeSpan wait)
    {
        try
        {
            await Completion.WaitAsync(wait, _time, _released.Token).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    // Until it is collected an ended child keeps its number, and with it the session's, out of strangers' hands.
    private unsafe void Collect()
    {
        const int withoutWaiting = 1;
        if (_tree.Watchdog is { } watchdog && watchdog.HoldsNumber())
        {
            int status;
            _ = Libc.WaitPid(watchdog.Pid, &status, withoutWaiting);
        }
    }
}
