using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Compute.Fake;

/// <content>What its servers do, by their scripts or by hand, and how an observer hears of it.</content>
public sealed partial class FakeComputeProvider
{
    /// <summary>Opens a launch's ports now. False when it does not run or has opened them.</summary>
    public bool OpenPorts(ComputeId id) => Find(id) is { } launch && OpenPorts(launch);

    /// <summary>Ends a launch now. False when it does not run.</summary>
    public bool End(ComputeId id, ComputeExit exit) => Find(id) is { } launch && End(launch, exit);

    /// <summary>Has a launch write a line now. False when it does not run.</summary>
    public bool WriteLine(ComputeId id, string text, LogLevel level = LogLevel.Info) =>
        Find(id) is { } launch && WriteLine(launch, text, level);

    private void Begin(FakeLaunch launch)
    {
        foreach (var line in launch.Script.Log)
        {
            _schedule.Run(line.After, () => WriteLine(launch, line.Text, line.Level));
        }

        if (launch.Script.ReadyAfter is { } ready)
        {
            _schedule.Run(ready, () => OpenPorts(launch));
        }

        if (launch.Script.ExitAfter is { } exit)
        {
            _schedule.Run(exit, () => End(launch, launch.Script.Exit));
        }
    }

    private bool OpenPorts(FakeLaunch launch) => Change(
        launch,
        () => !launch.ArePortsOpen,
        observer =>
        {
            launch.ArePortsOpen = true;
            return () =>
            {
                observer?.ReportPortsOpen(launch.Id);
                return default;
            };
        });

    private bool WriteLine(FakeLaunch launch, string text, LogLevel level) => Change(
        launch,
        () => true,
        observer =>
        {
            var line = launch.Write(text, level);
            var detached = _detached.Token;
            return () => observer?.ReportLogAsync(launch.Id, [line], detached) ?? default;
        });

    private bool End(FakeLaunch launch, ComputeExit exit) => Change(
        launch,
        () => true,
        observer =>
        {
            launch.Exit = exit;
            _ports.Release(launch.Request);
            return () =>
            {
                observer?.ReportEnded(launch.Id, exit);
                return default;
            };
        });

    private bool Change(FakeLaunch launch, Func<bool> when, Func<IComputeObserver?, Func<ValueTask>> change)
    {
        FakeReports? reports;
        lock (_gate)
        {
            if (launch.Exit is not null || !when())
            {
                return false;
            }

            reports = launch.Reports;
            var report = change(Observer);
            reports?.Add(report);
        }

        reports?.Send();
        return true;
    }

    // What a new observer is told of a launch: the lines it has not kept, and then how the launch stands.
    private void TakeUpLocked(FakeLaunch launch, IComputeObserver observer)
    {
        var reports = NewReports();
        launch.Reports = reports;
        if (launch.Lines.Count > 0)
        {
            var lines = launch.Lines.ToArray();
            var detached = _detached.Token;
            reports.Add(() => ReportLinesAsync(observer, launch.Id, lines, detached));
        }

        if (launch.ArePortsOpen)
        {
            reports.Add(() =>
            {
                observer.ReportPortsOpen(launch.Id);
                return default;
            });
        }

        if (launch.Exit is { } exit)
        {
            reports.Add(() =>
            {
                observer.ReportEnded(launch.Id, exit);
                return default;
            });
        }
    }

    private static async ValueTask ReportLinesAsync(
        IComputeObserver observer, ComputeId id, ComputeLogLine[] lines, CancellationToken cancellationToken)
    {
        var output = await observer.GetLogPositionAsync(id, LogLevel.Info, cancellationToken).ConfigureAwait(false);
        var error = await observer.GetLogPositionAsync(id, LogLevel.Error, cancellationToken).ConfigureAwait(false);
        var missing = lines.Where(line => line.Position > (line.Level == LogLevel.Error ? error : output)).ToArray();
        if (missing.Length > 0)
        {
            await observer.ReportLogAsync(id, missing, cancellationToken).ConfigureAwait(false);
        }
    }
}
