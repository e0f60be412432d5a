using System.Collections.Immutable;
using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Docker.Logs;
using PlayFlow.Core.Docker.Readiness;
using PlayFlow.Core.Docker.Usage;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>One launch of one server from its start, or its adoption, to its end. Safe to use from any thread.</summary>
internal sealed class Launch
{
    // Between two looks at sockets passes this many times what a look took, its wait for its turn included: however many launches
    // there are, and however large the system's tables, looking stays a small part of what a machine does.
    private const int PausePerLook = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartPause = TimeSpan.FromMilliseconds(20);

    // From the container's start to its game's: milliseconds, unless the machine has much else to do.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LaunchContext _context;
    private readonly ImmutableArray<InnerPort> _ports;
    private readonly UsageStream _usage;
    private readonly long _began;
    private volatile ProcSockets? _process;
    private volatile bool _isSeen;
    private volatile bool _portsOpen;
    private volatile ComputeExit? _verdict;
    private volatile ComputeExit? _exit;

    public Launch(LaunchContext context, ComputeId id, string container, ImmutableArray<InnerPort> ports)
    {
        _context = context;
        Id = id;
        Container = container;
        _ports = ports;
        _began = context.Time.GetTimestamp();
        _usage = new UsageStream(context.Engine, container, context.Time);
        Tls = new TlsPorts(context.Tls, context.Logger);
        Output = new ContainerLog(context.Engine, container, id, context.Observer, context.Time, context.Logger);
    }

    /// <summary>The launch.</summary>
    public ComputeId Id { get; }

    /// <summary>Its container.</summary>
    public string Container { get; }

    /// <summary>Its output.</summary>
    public ContainerLog Output { get; }

    /// <summary>What it uses.</summary>
    public UsageStream Usage => _usage;

    /// <summary>Its ports that are served with TLS, until it ends or is let go of.</summary>
    public TlsPorts Tls { get; }

    /// <summary>Whether it is over.</summary>
    public bool HasEnded => _exit is not null;

    /// <summary>How it stands.</summary>
    public ComputeStatus Status => new(Id, _exit, _portsOpen);

    /// <summary>How many TCP connections it has established, where that can be seen.</summary>
    public int? CountConnections() => _process?.CountConnections();

    /// <summary>Notes that its container runs no more, or is gone.</summary>
    public void NoteEnd() => _ended.TrySetResult();

    /// <summary>Notes how its container stands; who knows it need not ask for it again.</summary>
    public void Note(State state)
    {
        if (_context.Engine.Facts.IsLocal && state.Pid > 0)
        {
            _process = new ProcSockets(Container, state.Pid, _context.LookTurn);
        }

        if (ContainerEnd.Find(state) is not null)
        {
            NoteEnd();
        }

        _isSeen = true;
    }

    /// <summary>Ends once all of it is dealt with, or the provider is disposed.</summary>
    public Task Following { get; private set; } = Task.CompletedTask;

    /// <summary>Begins to follow it to its end, and to report that. Ends early, with nothing said, when the provider is disposed.</summary>
    public void Run() => Following = RunAsync();

    /// <summary>Asks it to end, or ends it.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public async Task StopAsync(StopMode mode, CancellationToken cancellationToken)
    {
        if (mode == StopMode.Graceful)
        {
            await AwaitGameAsync(cancellationToken).ConfigureAwait(false);
        }

        await SignalAsync(mode == StopMode.Kill ? "SIGKILL" : "SIGTERM", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends it for a reason of ours.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public Task FailAsync(ComputeException fault)
    {
        _verdict = ComputeExit.Failed(fault.Reason, fault.Message);
        return SignalAsync("SIGKILL", _context.Stopped);
    }

    private async Task SignalAsync(string signal, CancellationToken cancellationToken)
    {
        try
        {
            await _context.Engine.CallAsync(
                (client, token) => client.Containers.KillContainerAsync(Container, new ContainerKillParameters { Signal = signal }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound || e.IsConflict)
        {
            // It has just ended; that is told another way.
        }
    }

    // The kernel drops what the first process of a container is sent and does not handle. The engine's init program handles it
    // from just before it starts the game, which is a second process. Without that program there is none, and the wait is in vain.
    private async Task AwaitGameAsync(CancellationToken cancellationToken)
    {
        while (_context.Time.GetElapsedTime(_began) < LongestStart && !await HasGameAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(StartPause, _context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    // True as well when the engine answers but cannot tell.
    private async Task<bool> HasGameAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await _context.Engine.CallAsync(
                (client, token) => client.Containers.ListProcessesAsync(Container, new ContainerListProcessesParameters(), token),
                cancellationToken).ConfigureAwait(false);
            return found.Processes is not { Count: 1 };
        }
        catch (EngineException e) when (!e.IsUnreachable)
        {
            return true;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            using (var running = CancellationTokenSource.CreateLinkedTokenSource(_context.Stopped))
            {
                var watching = Task.WhenAll(Output.FollowAsync(running.Token), _usage.RunAsync(running.Token), AwaitPortsAsync(running.Token));
                await _ended.Task.WaitAsync(_context.Stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await Tls.DisposeAsync().ConfigureAwait(false);
                await running.CancelAsync().ConfigureAwait(false);
                await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            while (await FinishAsync().ConfigureAwait(false) is not { } exit)
            {
                await Task.Delay(Pause, _context.Time, _context.Stopped).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Let go of; the next run takes it up.
        }
        finally
        {
            await Tls.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Reads the rest of its output and says how it ended; null when the engine does not tell at the moment.
    private async Task<ComputeExit?> FinishAsync()
    {
        _context.Stopped.ThrowIfCancellationRequested();
        try
        {
            var exit = await InspectAsync().ConfigureAwait(false);
            _exit = exit;
            _context.Observer.ReportEnded(Id, exit);
            return exit;
        }
        catch (EngineException e) when (e.IsUnreachable)
        {
            // Told once for all by who watches the engine.
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.EndFailed(_context.Logger, Id, e);
            return null;
        }
    }

    private async Task<ComputeExit> InspectAsync()
    {
        try
        {
            var found = await _context.Engine.InspectAsync(Container, _context.Stopped).ConfigureAwait(false);
            var exit = ContainerEnd.Find(found.State!)
                ?? throw new EngineException("the container runs although its end was told", System.Net.HttpStatusCode.Conflict);
            await Output.FinishAsync(_context.Stopped).ConfigureAwait(false);
            return _verdict ?? exit;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return _verdict ?? ContainerEnd.Gone;
        }
    }

    // Once it is known here, so that an end before that is not missed, and no start waits for it.
    private async Task SeeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await _context.Engine.InspectAsync(Container, cancellationToken).ConfigureAwait(false);
            Note(found.State!);
        }
        catch (EngineException)
        {
            // The engine is silent, or the container is gone, which is told another way.
        }
    }

    private async Task AwaitPortsAsync(CancellationToken cancellationToken)
    {
        if (!_isSeen)
        {
            await SeeAsync(cancellationToken).ConfigureAwait(false);
        }

        IInnerSockets sockets = _process is { } process ? process : new ExecSockets(_context.Engine, Container);
        var pause = sockets.Pause;
        while (true)
        {
            var began = _context.Time.GetTimestamp();
            var open = await FindOpenAsync(sockets, cancellationToken).ConfigureAwait(false);
            if (open is null && sockets is ProcSockets)
            {
                sockets = new ExecSockets(_context.Engine, Container);
                continue;
            }

            if (open is null || _ports.All(open.Contains))
            {
                if (open is null)
                {
                    Log.PortsUnseen(_context.Logger, Id);
                }

                cancellationToken.ThrowIfCancellationRequested();
                _portsOpen = true;
                _context.Observer.ReportPortsOpen(Id);
                return;
            }

            var cost = PausePerLook * _context.Time.GetElapsedTime(began);
            await Task.Delay(cost > pause ? cost : pause, _context.Time, cancellationToken).ConfigureAwait(false);
            pause = pause * 1.5 < sockets.LongestPause ? pause * 1.5 : sockets.LongestPause;
        }
    }

    private static readonly IReadOnlySet<InnerPort> None = new HashSet<InnerPort>();

    private async Task<IReadOnlySet<InnerPort>?> FindOpenAsync(IInnerSockets sockets, CancellationToken cancellationToken)
    {
        if (_ports.IsEmpty)
        {
            return None;
        }

        try
        {
            var protocols = _ports.Aggregate(PortProtocol.None, static (all, port) => all | port.Protocol);
            return await sockets.FindOpenAsync(protocols, cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException)
        {
            // The engine is silent, or the container has just ended, which is told another way.
            return None;
        }
    }
}
