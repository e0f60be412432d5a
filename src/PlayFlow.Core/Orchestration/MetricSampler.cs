using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Asks the provider every 15 seconds what its launches use, for as long as there is a server, and never while it is still
/// answering. Commands never wait for it.
/// </summary>
internal sealed class MetricSampler : IAsyncDisposable
{
    /// <summary>How often samples are taken.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly object _lock = new();
    private readonly FleetView _view;
    private readonly IComputeProvider _compute;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MetricStore _store;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private Task _pass = Task.CompletedTask;
    private volatile bool _isStarted;
    private volatile bool _isArmed;
    private bool _hasFailed;

    public MetricSampler(FleetView view, IComputeProvider compute, TimeProvider time, long maxBytes, ILogger logger)
    {
        (_view, _compute, _time, _logger) = (view, compute, time, logger);
        _store = new MetricStore(maxBytes, time);
        _timer = time.CreateTimer(_ => BeginPass(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins, once the provider does.</summary>
    public void Start()
    {
        _isStarted = _compute.MeasuresUsage;
        Note();
    }

    /// <summary>Takes note that something happened, which may have been the start of the only server.</summary>
    public void Note()
    {
        if (_isArmed || !_isStarted || _view.LiveServers == 0)
        {
            return;
        }

        lock (_lock)
        {
            if (!_isArmed && _isStarted)
            {
                _isArmed = true;
                _timer.Change(UntilNext(), Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>What is known of a server.</summary>
    public ServerMetrics Read(InstanceId id, TimeSpan period, TimeSpan step)
    {
        if (period <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period, "A period is longer than zero.");
        }

        if (step < TimeSpan.FromSeconds(1) || step.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, "A step is whole seconds, at least one.");
        }

        return _store.Read(id, _time.GetUtcNow(), period, step);
    }

    /// <summary>Completes when no sample is being taken.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            return _pass;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isStarted = false;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        _stopping.Cancel();
        await WhenIdleAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    // In the middle between two quarters of the minute: a timer that is a little late still falls into the same step, and one
    // that is a little early does not lead to another at once.
    private TimeSpan UntilNext()
    {
        var sinceStep = (_time.GetUtcNow().Ticks + (Interval.Ticks / 2)) % Interval.Ticks;
        var wait = TimeSpan.FromTicks(Interval.Ticks - sinceStep);
        return wait < ShortestWait ? wait + Interval : wait;
    }

    private void BeginPass()
    {
        lock (_lock)
        {
            if (_isStarted)
            {
                _pass = Task.Run(PassAsync);
            }
        }
    }

    private async Task PassAsync()
    {
        var (now, timestamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        try
        {
            var readings = await _compute.SampleAsync(_stopping.Token).ConfigureAwait(false);
            Keep(readings, now, timestamp);
            _hasFailed = false;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // a provider may throw anything; it is said once, and tried again
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!_hasFailed)
            {
                _logger.SamplingFailed(e);
            }

            _hasFailed = true;
        }

        _store.Expire(now);
        _isArmed = false;
        Note();
    }

    private void Keep(IReadOnlyList<ComputeReading> readings, DateTimeOffset now, long timestamp)
    {
        foreach (var reading in readings)
        {
            // The launch before a restart may still be ending: what it uses is no longer the server's.
            if (_view.FindServer(reading.Id.Instance) is { } server
                && server.Compute == reading.Id
                && server.State is not ServerState.Stopped)
            {
                _store.Add(reading, now, timestamp);
            }
        }
    }
}
