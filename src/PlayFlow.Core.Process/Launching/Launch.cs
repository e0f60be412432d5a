using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Logs;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Process.Relay;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Launching;

/// <summary>One launch of one server from its start, or its adoption, to its end. Safe to use from any thread.</summary>
internal sealed class Launch : IReadinessSubject
{
    private static readonly TimeSpan ConflictInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LaunchContext _context;
    private readonly LaunchRecord _record;
    private readonly GameProcess _process;
    private readonly FollowedLog _log;
    private readonly PortConflict _conflict;
    private readonly List<IAsyncDisposable> _relays = [];
    private readonly RelayTraffic _traffic = new();
    private readonly long _started;
    private IReadOnlyList<PortWatch> _watches;
    private long _judgedAt;
    private bool _isOver;
    private volatile bool _portsOpen;
    private volatile bool _stopRequested;
    private volatile ComputeExit? _verdict;
    private volatile ComputeExit? _exit;

    public Launch(LaunchContext context, LaunchDirectory directory, LaunchRecord record, GameProcess process, FollowedLog log, ComputeExit? end)
    {
        _context = context;
        Directory = directory;
        _record = record;
        _process = process;
        _log = log;
        _conflict = new PortConflict(record, context.Habits, context.PortConflictTimeout);
        _watches = [.. record.Ports.Select(port => new PortWatch(port, context.Platform.Sockets, context.Time))];
        _started = _judgedAt = context.Time.GetTimestamp();
        _exit = end;
    }

    /// <summary>The launch.</summary>
    public ComputeId Id => _record.Id;

    /// <summary>Its folder.</summary>
    public LaunchDirectory Directory { get; }

    /// <summary>Where its <c>playflow.json</c> is.</summary>
    public string ConfigPath => _record.ConfigPath;

    /// <summary>Whether it is over, with nothing of it left.</summary>
    public bool HasEnded => _exit is not null;

    /// <summary>How it stands.</summary>
    public ComputeStatus Status => new(Id, _exit, _portsOpen);

    /// <summary>Its processes.</summary>
    public GameProcess Processes => _process;

    /// <summary>
    /// What passed through its ports, when that is counted as a whole: when each of them is relayed. A port that the game serves
    /// itself is not counted by any system.
    /// </summary>
    public RelayTraffic? Traffic
    {
        get
        {
            lock (_lock)
            {
                return _portsOpen && _relays.Count > 0 && _relays.Count == _watches.Count ? _traffic : null;
            }
        }
    }

    /// <summary>Its output.</summary>
    public FollowedLog Output => _log;

    /// <summary>Completes when its end is dealt with, or nothing more will be done about it: it writes nothing afterwards.</summary>
    public Task Finished { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to wait for the end. Nothing is said of it once the provider is disposed.</summary>
    public void Begin() => Finished = RunAsync();

    /// <summary>Asks it to end.</summary>
    public void Stop(StopMode mode)
    {
        _stopRequested = true;
        if (mode == StopMode.Kill)
        {
            _process.Kill();
        }
        else
        {
            _process.Terminate();
        }
    }

    /// <inheritdoc/>
    public bool Look()
    {
        bool isOpen;
        lock (_lock)
        {
            if (_isOver || _portsOpen || _process.Completion.IsCompleted)
            {
                return false;
            }

            isOpen = LookLocked();
            _portsOpen = isOpen;
        }

        if (_verdict is not null)
        {
            _process.Kill();
            return false;
        }

        if (isOpen)
        {
            Directory.MarkOpened();
            _context.Observer.ReportPortsOpen(Id);
        }

        return !isOpen;
    }

    /// <summary>Lets go of it without ending it. Relays end: the port is taken up again by the next run.</summary>
    public async ValueTask DetachAsync()
    {
        await CloseRelaysAsync().ConfigureAwait(false);
        _process.Dispose();
        await _log.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            // One that has ended already is dealt with beside the launch, too: whoever launches is not held up by what hears of the end.
            var exit = await _process.Completion.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            await EndAsync(exit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Let go of; the next run takes it up.
        }
        catch (Exception e)
        {
            Log.EndFailed(_context.Logger, Id, e);
        }
    }

    private bool LookLocked()
    {
        var isOpen = true;
        foreach (var watch in _watches)
        {
            if (watch.State == PortState.Closed)
            {
                watch.Look(_process);
                Serve(watch);
            }

            isOpen &= watch.State is PortState.Direct or PortState.NeedsRelay;
        }

        if (!isOpen && _verdict is null && _context.Time.GetElapsedTime(_judgedAt) > ConflictInterval)
        {
            _judgedAt = _context.Time.GetTimestamp();
            _verdict = _conflict.JudgeWait(_context.Time.GetElapsedTime(_started), _watches, _process);
        }

        return isOpen && _verdict is null;
    }

    private void Serve(PortWatch watch)
    {
        var port = watch.Port;
        switch (watch.State)
        {
            case PortState.Direct:
                _context.Habits.Learn(_record.Build, port, bindsGiven: true);
                if (port.PlainPort is { } plain)
                {
                    OpenRelay(port, new IPEndPoint(watch.Target, plain));
                }

                break;
            case PortState.NeedsRelay:
                _context.Habits.Learn(_record.Build, port, bindsGiven: false);
                OpenRelay(port, new IPEndPoint(watch.Target, port.InternalPort));
                break;
            case PortState.Bypassed:
                _verdict = PortConflict.Bypassed(port);
                break;
            case PortState.Shared:
                _verdict = PortConflict.Internal(port);
                break;
        }
    }

    private void OpenRelay(RecordedPort port, IPEndPoint target)
    {
        try
        {
            _relays.Add(port switch
            {
                { PlainPort: not null } when _context.Tls is { } tls =>
                    tls.Listen(port.ExternalPort, target, _traffic.AddReceived, _traffic.AddSent),
                { Protocol: PortProtocol.Tcp } => new TcpRelay(port.ExternalPort, target, _context.Time, _traffic),
                _ => new UdpRelay(port.ExternalPort, target, _context.Time, _traffic),
            });
            Log.Relaying(_context.Logger, Id, port.ExternalPort, target.Port, port.Protocol);
        }
        catch (SocketException)
        {
            _verdict = PortConflict.Given(port, port.ExternalPort);
        }
        catch (IOException fault)
        {
            _verdict = ComputeExit.Failed(StopReason.PortUnavailable, $"port '{port.Name}' cannot be served with TLS: {fault.Message}");
        }
    }

    private async Task EndAsync(ComputeExit exit)
    {
        bool wasOpen;
        lock (_lock)
        {
            _isOver = true;
            wasOpen = _portsOpen;
        }

        if (!await _process.EndStragglersAsync().ConfigureAwait(false))
        {
            Log.StragglersRemain(_context.Logger, Id);
        }

        await CloseRelaysAsync().ConfigureAwait(false);
        exit = _exit ?? _verdict ?? Judge(exit, wasOpen);
        _watches = [];
        await _log.FlushAsync(isLast: true, _context.Stopped).ConfigureAwait(false);
        _context.Stopped.ThrowIfCancellationRequested();
        _context.Logs.Remove(Id);
        await _log.DisposeAsync().ConfigureAwait(false);
        _process.Dispose();
        if (_exit is null)
        {
            KeepEnd(exit);
            _exit = exit;
        }

        _context.Observer.ReportEnded(Id, exit);
    }

    // Where it cannot be written down, what the next run finds of the processes has to do.
    private void KeepEnd(ComputeExit exit)
    {
        try
        {
            Directory.WriteEnd(exit);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.EndNotKept(_context.Logger, Id, e);
        }
    }

    // What once served players did not fail of its ports, though another process may have taken them meanwhile.
    private ComputeExit Judge(ComputeExit exit, bool wasOpen) =>
        wasOpen || _stopRequested || Directory.HasOpened ? exit : _conflict.JudgeEnd(exit, _watches, _process) ?? exit;

    private async ValueTask CloseRelaysAsync()
    {
        IAsyncDisposable[] relays;
        lock (_lock)
        {
            relays = [.. _relays];
            _relays.Clear();
        }

        foreach (var relay in relays)
        {
            await relay.DisposeAsync().ConfigureAwait(false);
        }
    }
}
