using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Orchestration;

/// <content>What is asked of servers by themselves, and by whoever runs the fleet.</content>
public sealed partial class FleetOrchestrator
{
    /// <summary>A launching server says of itself that it is ready for players. Harmless when it is running already.</summary>
    public ValueTask<Result<GameServer>> ReportSelfRunningAsync(ProjectId project, InstanceId id) =>
        ForServerAsync(project, id, now => new FleetCommand.ReportSelfRunning(now, id));

    /// <summary>A server of any project in any status, however long ago it stopped, or null.</summary>
    public ValueTask<GameServer?> FindServerAsync(InstanceId id, CancellationToken cancellationToken = default) =>
        _loop.View.FindServer(id) is { } server ? new ValueTask<GameServer?>(server) : FindArchivedAsync(id, cancellationToken);

    /// <summary>Follows a server's log from a place on, through its restarts, until it is disposed of.</summary>
    /// <param name="server">The server.</param>
    /// <param name="start">Where to begin, and how many lines to take at once.</param>
    /// <param name="cancellationToken">Ends the making of it, not what is made.</param>
    public async ValueTask<LogTail> FollowServerLogAsync(GameServer server, LogQuery start, CancellationToken cancellationToken = default)
    {
        var source = await CompleteServerLogAsync(server, cancellationToken).ConfigureAwait(false);
        return new LogTail(_logs.Store, _logs.Followers, start with { Source = source, Project = null }, _time);
    }

    // The log, once it holds the last line its process has written.
    private async ValueTask<LogSource> CompleteServerLogAsync(GameServer server, CancellationToken cancellationToken)
    {
        if (server.State is not ServerState.Stopped)
        {
            await _compute.FlushLogsAsync(server.Compute, cancellationToken).ConfigureAwait(false);
        }

        var source = new LogSource(LogSourceKind.Server, server.Id.Value);
        await _logs.FlushAsync(source, cancellationToken).ConfigureAwait(false);
        return source;
    }

    private async ValueTask<GameServer?> FindArchivedAsync(InstanceId id, CancellationToken cancellationToken) =>
        await _store.FindArchivedAsync(id, cancellationToken).ConfigureAwait(false) is { } archived ? ArchiveFormat.Read(archived.Span) : null;
}
