using System.Collections.Immutable;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Compute.Fake;

/// <summary>
/// A provider whose servers are made up: each does what a script says, at the times the injected clock shows, so that a test or a
/// simulation of any number of servers takes no process and no waiting. Safe to call from any thread.
/// </summary>
/// <remarks>
/// <para>
/// What is to happen at once is reported within the call that causes it, in order; nothing else happens but by the clock's one timer and by
/// the manual controls. Two launches that run at once are never given the same port: as an operating system would, it refuses the
/// second with <see cref="StopReason.PortUnavailable"/>.
/// </para>
/// <para>
/// Disposing it takes only its observer away. Its servers live on, as processes do when the program that started them ends, and
/// <see cref="StartAsync"/> takes them up again: that is how to test a restart.
/// </para>
/// </remarks>
public sealed partial class FakeComputeProvider : IComputeProvider
{
    private readonly object _gate = new();
    private readonly Dictionary<ComputeId, FakeLaunch> _launches = [];
    private readonly FakePorts _ports = new();
    private readonly HashSet<string> _hosts;
    private readonly FakeComputeOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly FakeSchedule _schedule;
    private readonly Action<Exception> _noteFault;
    private CancellationTokenSource _detached = new();
    private ImmutableArray<Exception> _observerFaults = [];
    private long _sequence;

    /// <summary>A provider without servers.</summary>
    /// <param name="options">What it offers and how its servers behave.</param>
    /// <param name="timeProvider">The clock they live by.</param>
    public FakeComputeProvider(FakeComputeOptions options, TimeProvider timeProvider)
    {
        _options = options;
        _hosts = [.. options.Hosts.Select(host => host.Id)];
        _timeProvider = timeProvider;
        _schedule = new FakeSchedule(timeProvider);
        _noteFault = NoteFault;
    }

    /// <inheritdoc/>
    public ImmutableArray<ComputeHost> Hosts => _options.Hosts;

    /// <inheritdoc/>
    public bool MeasuresUsage => _options.Sample is not null;

    /// <summary>Whom it reports to: for tests that report what no provider should. Null before the start and after the end.</summary>
    public IComputeObserver? Observer { get; private set; }

    /// <summary>What the observer threw, which it never should.</summary>
    public ImmutableArray<Exception> ObserverFaults
    {
        get
        {
            lock (_gate)
            {
                return _observerFaults;
            }
        }
    }

    /// <summary>The launches that run, in the order in which they were launched.</summary>
    public ImmutableArray<ComputeId> Running
    {
        get
        {
            lock (_gate)
            {
                return [.. InOrderLocked().Where(launch => launch.Exit is null).Select(launch => launch.Id)];
            }
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(IComputeObserver observer, CancellationToken cancellationToken)
    {
        Detach();
        FakeLaunch[] launches;
        lock (_gate)
        {
            Observer = observer;
            launches = [.. InOrderLocked()];
            foreach (var launch in launches)
            {
                TakeUpLocked(launch, observer);
            }
        }

        foreach (var launch in launches)
        {
            launch.Reports?.Send();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        await BeforeAsync(FakeComputeMethod.Launch, request.Id, cancellationToken).ConfigureAwait(false);
        if (Find(request.Id) is not null)
        {
            return;
        }

        if (!_hosts.Contains(request.Host))
        {
            throw new ArgumentException(FormattableString.Invariant($"There is no host '{request.Host}'."), nameof(request));
        }

        var script = _options.Script(request);
        if (script.LaunchTakes > TimeSpan.Zero)
        {
            await DelayAsync(script.LaunchTakes, cancellationToken).ConfigureAwait(false);
        }

        if (script.LaunchFailure is { } failure)
        {
            throw new ComputeException(failure.Reason, failure.Message);
        }

        FakeLaunch launch;
        lock (_gate)
        {
            if (_launches.ContainsKey(request.Id))
            {
                return;
            }

            _ports.Take(request);
            launch = new FakeLaunch(_sequence++, request, script, _timeProvider.GetTimestamp());
            launch.Reports = Observer is null ? null : NewReports();
            _launches.Add(request.Id, launch);
        }

        Begin(launch);
    }

    /// <inheritdoc/>
    public async Task StopAsync(ComputeId id, StopMode mode, CancellationToken cancellationToken)
    {
        await BeforeAsync(FakeComputeMethod.Stop, id, cancellationToken).ConfigureAwait(false);
        if (Find(id) is not { } launch)
        {
            return;
        }

        if (mode == StopMode.Kill)
        {
            _schedule.Run(launch.Script.KillTakes, () => End(launch, ComputeExit.Signaled(9)));
        }
        else if (launch.Script.StopTakes is { } time)
        {
            _schedule.Run(time, () => End(launch, launch.Script.StopExit));
        }
    }

    /// <inheritdoc/>
    public async Task RewriteConfigAsync(ComputeId id, string configFile, CancellationToken cancellationToken)
    {
        await BeforeAsync(FakeComputeMethod.RewriteConfig, id, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_launches.TryGetValue(id, out var launch) && launch.Exit is null)
            {
                launch.Request = launch.Request with { ConfigFile = configFile };
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ComputeStatus>> ListAsync(CancellationToken cancellationToken)
    {
        await BeforeAsync(FakeComputeMethod.List, null, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            return [.. InOrderLocked().Select(launch => launch.Status)];
        }
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(ComputeId id, CancellationToken cancellationToken)
    {
        await BeforeAsync(FakeComputeMethod.Forget, id, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_launches.TryGetValue(id, out var launch) && launch.Exit is not null)
            {
                _launches.Remove(id);
            }
        }
    }

    /// <inheritdoc/>
    public async Task FlushLogsAsync(ComputeId id, CancellationToken cancellationToken)
    {
        await BeforeAsync(FakeComputeMethod.FlushLogs, id, cancellationToken).ConfigureAwait(false);
        var flushed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        FakeReports? reports;
        CancellationToken detached;
        lock (_gate)
        {
            reports = _launches.TryGetValue(id, out var launch) ? launch.Reports : null;
            detached = _detached.Token;
            reports?.Add(() =>
            {
                flushed.TrySetResult(true);
                return default;
            });
        }

        if (reports is null)
        {
            return;
        }

        reports.Send();
        using (detached.Register(() => flushed.TrySetResult(false)))
        using (cancellationToken.Register(() => flushed.TrySetCanceled(cancellationToken)))
        {
            await flushed.Task.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ComputeReading>> SampleAsync(CancellationToken cancellationToken)
    {
        await BeforeAsync(FakeComputeMethod.Sample, null, cancellationToken).ConfigureAwait(false);
        if (_options.Sample is not { } sample)
        {
            return [];
        }

        (LaunchRequest Request, long LaunchedAt)[] running;
        lock (_gate)
        {
            running = [.. _launches.Values.Where(launch => launch.Exit is null).Select(launch => (launch.Request, launch.LaunchedAt))];
        }

        var now = _timeProvider.GetTimestamp();
        return
        [
            .. running.Select(launch => new ComputeReading(
                launch.Request.Id, sample(launch.Request, _timeProvider.GetElapsedTime(launch.LaunchedAt, now)))),
        ];
    }

    /// <inheritdoc/>
    public bool IsPortFree(string host, int port, PortProtocol protocol)
    {
        lock (_gate)
        {
            return _ports.IsFree(host, port, protocol);
        }
    }

    /// <summary>Has a process outside the fleet take a port, or give it back.</summary>
    /// <param name="host">The host's id.</param>
    /// <param name="port">The number.</param>
    /// <param name="protocol">The protocols.</param>
    /// <param name="isFree">True to give it back.</param>
    public void SetPortFree(string host, int port, PortProtocol protocol, bool isFree)
    {
        lock (_gate)
        {
            _ports.SetFree(host, port, protocol, isFree);
        }
    }

    /// <summary>What a launch was launched with, its configuration file as last rewritten; null when it is not known.</summary>
    public LaunchRequest? FindRequest(ComputeId id) => Find(id)?.Request;

    /// <summary>Takes its observer away; the servers live on.</summary>
    public ValueTask DisposeAsync()
    {
        Detach();
        return default;
    }

    private void Detach()
    {
        CancellationTokenSource detached;
        lock (_gate)
        {
            Observer = null;
            detached = _detached;
            _detached = new CancellationTokenSource();
            foreach (var launch in _launches.Values)
            {
                launch.Reports = null;
            }
        }

        detached.Cancel();
    }

    private FakeReports NewReports() => new(_noteFault, _detached.Token);

    private void NoteFault(Exception fault)
    {
        lock (_gate)
        {
            _observerFaults = _observerFaults.Add(fault);
        }
    }

    private Task BeforeAsync(FakeComputeMethod method, ComputeId? id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _options.BeforeCall?.Invoke(new FakeComputeCall(method, id), cancellationToken) ?? Task.CompletedTask;
    }

    private Task DelayAsync(TimeSpan time, CancellationToken cancellationToken) =>
#if NETSTANDARD
        _timeProvider.Delay(time, cancellationToken);
#else
        Task.Delay(time, _timeProvider, cancellationToken);
#endif

    private FakeLaunch? Find(ComputeId id)
    {
        lock (_gate)
        {
            return _launches.GetValueOrDefault(id);
        }
    }

    private IEnumerable<FakeLaunch> InOrderLocked() => _launches.Values.OrderBy(launch => launch.Sequence);
}
