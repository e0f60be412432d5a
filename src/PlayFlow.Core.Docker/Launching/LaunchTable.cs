using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>
/// The launches that are known, held against what the engine lists: what runs is taken up, what ended unheard is noted, and what
/// nobody knows is removed. Safe to use from any thread.
/// </summary>
internal sealed class LaunchTable(DockerEngine engine, string servers, ILogger logger, CancellationToken stopped)
{
    private readonly ConcurrentDictionary<ComputeId, Launch> _launches = new();
    private readonly ConcurrentDictionary<string, Launch> _containers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ComputeId, Announcement> _announced = new();

    /// <summary>All of them.</summary>
    public IEnumerable<Launch> All => _launches.Values;

    /// <summary>A launch, or null when it is not known.</summary>
    public Launch? Find(ComputeId id) => _launches.GetValueOrDefault(id);

    /// <summary>Says that a launch is under way, until disposed: a container of it is not one that nobody knows.</summary>
    public IDisposable Announce(ComputeId id) => _announced[id] = new Announcement(() => _announced.TryRemove(id, out _));

    /// <summary>Follows a launch to its end.</summary>
    public void Follow(Launch launch)
    {
        _containers[launch.Container] = launch;
        _launches[launch.Id] = launch;
        launch.Run();
    }

    /// <summary>Notes that a container has ended.</summary>
    public void NoteEnd(string container) => _containers.GetValueOrDefault(container)?.NoteEnd();

    /// <summary>Removes an ended launch with all that is left of it; false when there is none.</summary>
    public async Task<bool> ForgetAsync(ComputeId id, CancellationToken cancellationToken)
    {
        if (Find(id) is not { HasEnded: true } launch)
        {
            return false;
        }

        await ContainerRemoval.RunAsync(engine, launch.Container, cancellationToken).ConfigureAwait(false);
        ConfigFolder.For(servers, id).Delete();
        _launches.TryRemove(id, out _);
        _containers.TryRemove(launch.Container, out _);
        launch.Output.Dispose();
        return true;
    }

    /// <summary>Takes up what an earlier run left; what was never started is removed.</summary>
    public async Task AdoptAsync(IList<ContainerListResponse> containers, LaunchContext context, CancellationToken cancellationToken)
    {
        var adopted = await Task.WhenAll(containers.Select(container => AdoptAsync(container, context, cancellationToken))).ConfigureAwait(false);
        var kept = adopted.OfType<ComputeId>().Select(id => ConfigFolder.For(servers, id).Name).ToHashSet(StringComparer.Ordinal);
        PrivateFolder.Create(servers);
        foreach (var folder in Directory.GetDirectories(servers).Where(folder => !kept.Contains(Path.GetFileName(folder))))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Compares what is known with what the engine lists.</summary>
    public async Task CompareAsync(IList<ContainerListResponse> containers)
    {
        foreach (var container in containers)
        {
            if (_containers.TryGetValue(container.ID, out var known))
            {
                if (container.State is "exited" or "dead")
                {
                    known.NoteEnd();
                }
            }
            else if (Labels.FindLaunch(container.Labels) is { } id && !_announced.ContainsKey(id) && !_launches.ContainsKey(id))
            {
                // What a launch left that could not be cleaned up while the engine was silent.
                await RemoveLeftoverAsync(container.ID, stopped).ConfigureAwait(false);
            }
        }

        var listed = containers.Select(container => container.ID).ToHashSet(StringComparer.Ordinal);
        foreach (var launch in _launches.Values.Where(launch => !launch.HasEnded && !listed.Contains(launch.Container)))
        {
            // One that was launched since the list was made is there after all.
            if (!await IsThereAsync(launch.Container).ConfigureAwait(false))
            {
                launch.NoteEnd();
            }
        }
    }

    private async Task<ComputeId?> AdoptAsync(ContainerListResponse container, LaunchContext context, CancellationToken cancellationToken)
    {
        if (Labels.FindLaunch(container.Labels) is not { } id || container.State == "created")
        {
            await RemoveLeftoverAsync(container.ID, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var found = await engine.InspectAsync(container.ID, cancellationToken).ConfigureAwait(false);
        var launch = new Launch(context, id, container.ID, Labels.PortsOf(container.Labels));
        launch.Note(found.State!);
        await launch.Output.ResumeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await launch.Tls.OpenAsync(Labels.TlsPortsOf(container.Labels), found.NetworkSettings?.Ports).ConfigureAwait(false);
        }
        catch (ComputeException e)
        {
            await launch.FailAsync(e).ConfigureAwait(false);
        }

        Follow(launch);
        Log.Adopted(logger, id);
        return id;
    }

    private async Task RemoveLeftoverAsync(string container, CancellationToken cancellationToken)
    {
        await ContainerRemoval.RunAsync(engine, container, cancellationToken).ConfigureAwait(false);
        Log.Leftover(logger, container);
    }

    private async Task<bool> IsThereAsync(string container)
    {
        try
        {
            await engine.InspectAsync(container, stopped).ConfigureAwait(false);
            return true;
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private sealed class Announcement(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
