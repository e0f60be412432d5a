using System.Collections.Concurrent;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Tests.Kit;

/// <summary>Keeps what a provider reports, across providers of one data directory, as the shell and its log store would.</summary>
internal sealed class RecordingObserver : IComputeObserver
{
    private readonly ConcurrentDictionary<(ComputeId, LogLevel), List<ComputeLogLine>> _lines = new();
    private readonly ConcurrentDictionary<ComputeId, ComputeExit> _ended = new();
    private readonly ConcurrentDictionary<ComputeId, int> _opened = new();
    private readonly ConcurrentDictionary<ComputeId, int> _linesAtEnd = new();

    /// <summary>When each launch's ports were reported open, as the clock's timestamp.</summary>
    public ConcurrentDictionary<ComputeId, long> OpenedAt { get; } = new();

    /// <summary>Called within the report of an end, before it is kept.</summary>
    public Action<ComputeId>? OnEnded { get; set; }

    public void ReportPortsOpen(ComputeId id)
    {
        OpenedAt.TryAdd(id, TimeProvider.System.GetTimestamp());
        _opened.AddOrUpdate(id, 1, (_, count) => count + 1);
    }

    public void ReportEnded(ComputeId id, ComputeExit exit)
    {
        OnEnded?.Invoke(id);
        _linesAtEnd[id] = Lines(id).Count;
        _ended[id] = exit;
    }

    public ValueTask ReportLogAsync(ComputeId id, IReadOnlyList<ComputeLogLine> lines, CancellationToken cancellationToken)
    {
        foreach (var line in lines)
        {
            var kept = _lines.GetOrAdd((id, line.Level), _ => []);
            lock (kept)
            {
                kept.Add(line);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<long> GetLogPositionAsync(ComputeId id, LogLevel level, CancellationToken cancellationToken)
    {
        if (!_lines.TryGetValue((id, level), out var kept))
        {
            return ValueTask.FromResult(0L);
        }

        lock (kept)
        {
            return ValueTask.FromResult(kept.Count == 0 ? 0 : kept[^1].Position);
        }
    }

    public bool IsOpen(ComputeId id) => _opened.ContainsKey(id);

    public int TimesOpened(ComputeId id) => _opened.GetValueOrDefault(id);

    public ComputeExit? Exit(ComputeId id) => _ended.GetValueOrDefault(id);

    /// <summary>How many lines had been reported when the end was.</summary>
    public int LinesAtEnd(ComputeId id) => _linesAtEnd.GetValueOrDefault(id);

    /// <summary>The last line, without a copy of all.</summary>
    public string? LastLine(ComputeId id)
    {
        if (!_lines.TryGetValue((id, LogLevel.Info), out var kept))
        {
            return null;
        }

        lock (kept)
        {
            return kept.Count == 0 ? null : kept[^1].Text;
        }
    }

    public IReadOnlyList<string> Lines(ComputeId id, LogLevel level = LogLevel.Info)
    {
        if (!_lines.TryGetValue((id, level), out var kept))
        {
            return [];
        }

        lock (kept)
        {
            return [.. kept.Select(line => line.Text)];
        }
    }

    public IReadOnlyList<long> Positions(ComputeId id)
    {
        lock (_lines[(id, LogLevel.Info)])
        {
            return [.. _lines[(id, LogLevel.Info)].Select(line => line.Position)];
        }
    }
}
