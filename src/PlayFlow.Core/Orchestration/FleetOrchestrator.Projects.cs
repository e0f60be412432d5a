using System.Collections.Immutable;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Orchestration;

/// <content>Projects: made, given new keys, set up, and what all their servers say.</content>
public sealed partial class FleetOrchestrator
{
    /// <summary>Makes a project that is not there yet.</summary>
    /// <param name="id">Its id; a new one when null.</param>
    /// <param name="name">What people call it; its id when null.</param>
    /// <param name="plan">What it may do.</param>
    /// <param name="serverKey">Its server key; a new one when null.</param>
    /// <param name="clientKey">Its client key; a new one when null.</param>
    public ValueTask<Result<Project>> CreateProjectAsync(
        ProjectId? id, string? name, Plan plan, string? serverKey = null, string? clientKey = null)
    {
        var project = id ?? new ProjectId(_ids.Next());
        var fresh = FreshKeys();
        var keys = new ProjectKeys(serverKey ?? fresh.ServerKey, clientKey ?? fresh.ClientKey);
        return _loop.ExecuteAsync(
            now => new FleetCommand.CreateProject(now, project, name ?? project.Value, keys, plan), (fleet, _) => fleet.FindProject(project)!);
    }

    /// <summary>Gives a project new keys. The old ones open nothing from the moment this returns.</summary>
    /// <param name="id">The project.</param>
    /// <param name="only">The one kind to replace, or null for both.</param>
    /// <remarks>Processes that run keep the key they were launched with, which is then worth nothing: restart them.</remarks>
    public ValueTask<Result<Project>> RegenerateKeysAsync(ProjectId id, KeyKind? only = null)
    {
        var fresh = FreshKeys();
        return _loop.ExecuteAsync(now => new FleetCommand.ReplaceKeys(now, id, fresh, only), (fleet, _) => fleet.FindProject(id)!);
    }

    /// <summary>Changes a project's settings. Running servers keep theirs; ports that bring no id get one.</summary>
    public ValueTask<Result<Project>> ChangeSettingsAsync(ProjectId project, SettingsChange change)
    {
        var ports = change.Ports?.Select(port => port.Id is null ? port with { Id = _ids.Next() } : port).ToImmutableArray();
        return ChangeSettingsAsync(project, (change with { Ports = ports }).ApplyTo);
    }

    /// <summary>
    /// Reads the logs of all servers of a project as one, as far as they have come in: a line that a process has just written may
    /// come in later, and then has its place later.
    /// </summary>
    public async ValueTask<IReadOnlyList<LogRecord>> ReadProjectLogAsync(
        ProjectId project, LogQuery query, CancellationToken cancellationToken = default)
    {
        await _logs.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await _logs.Store.ReadAsync(query with { Source = null, Project = project }, cancellationToken).ConfigureAwait(false);
    }

    private ProjectKeys FreshKeys() => new(ProjectKeys.ServerPrefix + FreshWord(), ProjectKeys.ClientPrefix + FreshWord());

    private string FreshWord() => _ids.Next().Replace("-", string.Empty, StringComparison.Ordinal);
}
