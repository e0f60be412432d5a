using System.Collections.Immutable;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Compute;

/// <summary>A way not to keep the contract.</summary>
public enum Breakage
{
    None,
    NeverReportsEnds,
    ReportsEndsEarly,
    NeverReportsOpenPorts,
    ReportsShutPortsOpen,
    LaunchesTwice,
    RunsTheEndedAgain,
    ForgetsTooEarly,
    NeverForgets,
    ListsTheEndedAsRunning,
    LosesExitCodes,
    IgnoresKill,
    KillsWhenAskedGracefully,
    ThrowsForTheUnknown,
    LeavesFailedLaunchesBehind,
    ThrowsTheWrongException,
    IgnoresCancellation,
    LosesLines,
    RepeatsLines,
    ReordersLines,
    ReportsLinesAfterTheEnd,
    MixesUpStreams,
    RepeatsPositions,
    DoesNotFlush,
    SeesEveryPortFree,
    SeesNoPortFree,
    HasTheSameHostTwice,
    ForgetsWhenRestarted,
    ReportsNothingWhenRestarted,
    RereadsLogsWhenRestarted,
    FollowsOneLaunchOnly,
    MeasuresNothingThoughItSaysSo,
    MeasuresTheEnded,
    MeasuresTwice,
    CountsBackwards,
}

/// <summary>Wraps a provider that keeps the contract, and breaks it in one way.</summary>
internal sealed class BrokenComputeProvider(IComputeProvider inner, Breakage breakage) : IComputeProvider
{
    private readonly Dictionary<ComputeId, ComputeStatus> _failed = [];
    private readonly HashSet<ComputeId> _followed = [];
    private readonly List<ComputeReading> _readings = [];
    private BrokenObserver? _observer;
    private int _passes;

    public bool MeasuresUsage => inner.MeasuresUsage;

    public ImmutableArray<ComputeHost> Hosts =>
        breakage == Breakage.HasTheSameHostTwice ? [inner.Hosts[0], inner.Hosts[0]] : inner.Hosts;

    public Task StartAsync(IComputeObserver observer, CancellationToken cancellationToken)
    {
        var isRestart = _observer is not null;
        _observer = new BrokenObserver(observer, breakage, isRestart, id => breakage != Breakage.FollowsOneLaunchOnly || Follows(id));
        return inner.StartAsync(_observer, cancellationToken);
    }

    public async Task LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        cancellationToken = breakage == Breakage.IgnoresCancellation ? CancellationToken.None : cancellationToken;
        var known = (await inner.ListAsync(CancellationToken.None)).FirstOrDefault(status => status.Id == request.Id);
        if ((breakage == Breakage.LaunchesTwice && known is { Exit: null })
            || (breakage == Breakage.RunsTheEndedAgain && known is { Exit: not null }))
        {
            await inner.StopAsync(request.Id, StopMode.Kill, cancellationToken);
            await inner.ForgetAsync(request.Id, cancellationToken);
        }

        try
        {
            await inner.LaunchAsync(request, cancellationToken);
        }
        catch (ComputeException failure) when (breakage == Breakage.LeavesFailedLaunchesBehind)
        {
            _failed[request.Id] = new ComputeStatus(request.Id, ComputeExit.Failed(failure.Reason, failure.Message), false);
            throw;
        }
        catch (ComputeException failure) when (breakage == Breakage.ThrowsTheWrongException)
        {
            throw new InvalidOperationException(failure.Message);
        }
    }

    public async Task StopAsync(ComputeId id, StopMode mode, CancellationToken cancellationToken)
    {
        await ThrowIfUnknownAsync(id);
        if (mode == StopMode.Kill && breakage == Breakage.IgnoresKill)
        {
            return;
        }

        await inner.StopAsync(id, breakage == Breakage.KillsWhenAskedGracefully ? StopMode.Kill : mode, cancellationToken);
        if (breakage == Breakage.ReportsEndsEarly)
        {
            _observer!.Inner.ReportEnded(id, ComputeExit.Signaled(9));
        }
    }

    public Task RewriteConfigAsync(ComputeId id, string configFile, CancellationToken cancellationToken) =>
        inner.RewriteConfigAsync(id, configFile, cancellationToken);

    public async Task<IReadOnlyList<ComputeStatus>> ListAsync(CancellationToken cancellationToken)
    {
        if (breakage == Breakage.ForgetsWhenRestarted && _observer is { IsRestart: true })
        {
            return [];
        }

        var statuses = (await inner.ListAsync(cancellationToken)).Concat(_failed.Values);
        return breakage switch
        {
            Breakage.ForgetsTooEarly => [.. statuses.Where(status => status.Exit is null)],
            Breakage.ListsTheEndedAsRunning => [.. statuses.Select(status => status with { Exit = null })],
            _ => [.. statuses],
        };
    }

    public async Task ForgetAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (breakage != Breakage.NeverForgets)
        {
            await inner.ForgetAsync(id, cancellationToken);
        }
    }

    public async Task FlushLogsAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (breakage != Breakage.DoesNotFlush)
        {
            await inner.FlushLogsAsync(id, cancellationToken);
            await _observer!.FlushAsync(id);
        }
    }

    public async Task<IReadOnlyList<ComputeReading>> SampleAsync(CancellationToken cancellationToken)
    {
        var readings = await inner.SampleAsync(cancellationToken);
        _readings.AddRange(readings);
        return breakage switch
        {
            Breakage.MeasuresNothingThoughItSaysSo => [],
            Breakage.MeasuresTheEnded => [.. _readings.DistinctBy(reading => reading.Id)],
            Breakage.MeasuresTwice => [.. readings, .. readings],
            Breakage.CountsBackwards =>
                [.. readings.Select(reading => reading with { Sample = reading.Sample with { CpuTime = TimeSpan.FromHours(1) / ++_passes } })],
            _ => readings,
        };
    }

    public bool IsPortFree(string host, int port, PortProtocol protocol) => breakage switch
    {
        Breakage.SeesEveryPortFree => true,
        Breakage.SeesNoPortFree => false,
        _ => inner.IsPortFree(host, port, protocol),
    };

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private bool Follows(ComputeId id)
    {
        if (_followed.Count == 0)
        {
            _followed.Add(id);
        }

        return _followed.Contains(id);
    }

    private async Task ThrowIfUnknownAsync(ComputeId id)
    {
        if (breakage == Breakage.ThrowsForTheUnknown
            && (await inner.ListAsync(CancellationToken.None)).All(status => status.Id != id))
        {
            throw new ComputeException(StopReason.ProcessExited, "no such launch");
        }
    }
}

/// <summary>Passes reports on, and breaks them in one way.</summary>
internal sealed class BrokenObserver(IComputeObserver inner, Breakage breakage, bool isRestart, Func<ComputeId, bool> follows)
    : IComputeObserver
{
    private readonly List<(ComputeId Id, ComputeLogLine Line)> _kept = [];

    public IComputeObserver Inner => inner;

    public bool IsRestart => isRestart;

    private bool IsSilent => breakage == Breakage.ReportsNothingWhenRestarted && isRestart;

    public void ReportPortsOpen(ComputeId id)
    {
        if (breakage != Breakage.NeverReportsOpenPorts && !IsSilent && follows(id))
        {
            inner.ReportPortsOpen(id);
        }
    }

    public void ReportEnded(ComputeId id, ComputeExit exit)
    {
        if (breakage == Breakage.ReportsShutPortsOpen)
        {
            inner.ReportPortsOpen(id);
        }

        if (breakage == Breakage.NeverReportsEnds || IsSilent || !follows(id))
        {
            return;
        }

        var report = breakage == Breakage.LosesExitCodes && exit.ExitCode is not null ? ComputeExit.Lost : exit;
        if (breakage is Breakage.DoesNotFlush or Breakage.ReordersLines)
        {
            Wait(FlushAsync(id));
        }

        inner.ReportEnded(id, report);
        if (breakage == Breakage.ReportsLinesAfterTheEnd)
        {
            Wait(FlushAsync(id));
        }
    }

    public async ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken)
    {
        switch (breakage)
        {
            case Breakage.LosesLines:
                await inner.ReportLogAsync(id, [.. lines.Where(line => !line.Text.Contains('7'))], cancellationToken);
                break;
            case Breakage.RepeatsLines:
                await inner.ReportLogAsync(id, lines, cancellationToken);
                await inner.ReportLogAsync(id, lines, cancellationToken);
                break;
            case Breakage.MixesUpStreams:
                await inner.ReportLogAsync(id, [.. lines.Select(line => line with { Level = LogLevel.Info })], cancellationToken);
                break;
            case Breakage.RepeatsPositions:
                await inner.ReportLogAsync(id, [.. lines.Select(line => line with { Position = 1 })], cancellationToken);
                break;
            case Breakage.DoesNotFlush:
                _kept.AddRange(lines.Select(line => (id, line)));
                break;
            case Breakage.ReordersLines:
                _kept.InsertRange(0, lines.Select(line => (id, line)));
                break;
            case Breakage.ReportsLinesAfterTheEnd:
                _kept.AddRange(lines.Select(line => (id, line)));
                break;
            default:
                await inner.ReportLogAsync(id, lines, cancellationToken);
                break;
        }
    }

    public ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken) =>
        breakage == Breakage.RereadsLogsWhenRestarted ? new(0) : inner.GetLogPositionAsync(id, level, cancellationToken);

    public async Task FlushAsync(ComputeId id)
    {
        var lines = _kept.Where(kept => kept.Id == id).Select(kept => kept.Line).ToArray();
        _kept.RemoveAll(kept => kept.Id == id);
        await inner.ReportLogAsync(id, lines, CancellationToken.None);
    }

    // The observer of the suite never waits.
    private static void Wait(Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("The observer is expected to take lines at once.");
        }
    }
}
