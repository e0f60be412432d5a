using System.Collections.Immutable;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Compute;

/// <summary>Keeps all that a provider reports, in order. Safe to call from any thread.</summary>
public sealed class RecordingComputeObserver : IComputeObserver
{
    private readonly Lock _gate = new();
    private ImmutableList<ComputeReport> _reports = [];

    /// <summary>Called within the report of an end, before it is kept: to look at the world at that moment.</summary>
    public Action<ComputeId>? OnEnded { get; init; }

    /// <summary>Awaited before lines are kept: to be slow, or to wait.</summary>
    public Func<ComputeId, CancellationToken, ValueTask>? BeforeLog { get; init; }

    /// <summary>Everything reported so far.</summary>
    public ImmutableList<ComputeReport> Reports
    {
        get
        {
            lock (_gate)
            {
                return _reports;
            }
        }
    }

    /// <summary>Whether the ports of a launch were reported open.</summary>
    public bool HasOpenPorts(ComputeId id) => Reports.Any(report => report is ComputeReport.PortsOpen && report.Id == id);

    /// <summary>How a launch was first reported to have ended, or null.</summary>
    public ComputeExit? FindExit(ComputeId id) =>
        Reports.OfType<ComputeReport.Ended>().FirstOrDefault(report => report.Id == id)?.Exit;

    /// <summary>The lines of a launch in the order they came in.</summary>
    public ImmutableArray<ComputeLogLine> LinesOf(ComputeId id) =>
        [.. Reports.OfType<ComputeReport.Line>().Where(report => report.Id == id).Select(report => report.Text)];

    /// <inheritdoc/>
    public void ReportPortsOpen(ComputeId id) => Keep(new ComputeReport.PortsOpen(id));

    /// <inheritdoc/>
    public void ReportEnded(ComputeId id, ComputeExit exit)
    {
        OnEnded?.Invoke(id);
        Keep(new ComputeReport.Ended(id, exit));
    }

    /// <inheritdoc/>
    public async ValueTask ReportLogAsync(
        ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken)
    {
        if (BeforeLog is { } before)
        {
            await before(id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var line in lines)
        {
            Keep(new ComputeReport.Line(id, line));
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken) =>
        new(LinesOf(id).Where(line => line.Level == level).Select(line => line.Position).DefaultIfEmpty().Max());

    private void Keep(ComputeReport report)
    {
        lock (_gate)
        {
            _reports = _reports.Add(report);
        }
    }
}

/// <summary>Something a provider reported.</summary>
/// <param name="Id">The launch.</param>
public abstract record ComputeReport(ComputeId Id)
{
    /// <summary>Its ports are open.</summary>
    /// <param name="Id">The launch.</param>
    public sealed record PortsOpen(ComputeId Id) : ComputeReport(Id);

    /// <summary>It ended.</summary>
    /// <param name="Id">The launch.</param>
    /// <param name="Exit">How.</param>
    public sealed record Ended(ComputeId Id, ComputeExit Exit) : ComputeReport(Id);

    /// <summary>It wrote a line.</summary>
    /// <param name="Id">The launch.</param>
    /// <param name="Text">The line.</param>
    public sealed record Line(ComputeId Id, ComputeLogLine Text) : ComputeReport(Id);
}
