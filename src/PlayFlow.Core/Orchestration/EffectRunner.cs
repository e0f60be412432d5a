using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Orchestration;

/// <summary>
/// Carries effects out: in order for each server and each build, at once otherwise. What goes wrong outside comes back as a
/// report; nothing thrown by a provider gets further than here.
/// </summary>
internal sealed class EffectRunner : IDisposable
{
    private readonly OrchestratorOptions _options;
    private readonly IComputeProvider _compute;
    private readonly IBuildProcessor _builds;
    private readonly ILogger _logger;
    private readonly SerialQueues<string, FleetEffect> _queues;
    private readonly SemaphoreSlim _launching;
    private readonly ConcurrentDictionary<ComputeId, CancellationTokenSource> _launches = new();
    private readonly ConcurrentDictionary<BuildId, CancellationTokenSource> _processing = new();
    private readonly ConcurrentDictionary<BuildId, RegistryCredentials> _credentials = new();
    private readonly CancellationTokenSource _stopping = new();

    public EffectRunner(OrchestratorOptions options, IComputeProvider compute, IBuildProcessor builds, ILogger logger)
    {
        _options = options;
        _compute = compute;
        _builds = builds;
        _logger = logger;
        _queues = new SerialQueues<string, FleetEffect>(CarryOutAsync);
        _launching = new SemaphoreSlim(options.MaxConcurrentLaunches);
    }

    /// <summary>Takes that the process of a claimed pool server was told what it is for.</summary>
    public required Action<ComputeId> ReportHandedOver { get; init; }

    /// <summary>Takes how a launch ended that never became one.</summary>
    public required Action<ComputeId, ComputeExit> ReportEnded { get; init; }

    /// <summary>Takes whether a build became ready.</summary>
    public required Action<BuildId, bool> ReportProcessed { get; init; }

    /// <summary>Takes a line of a build's log.</summary>
    public required Action<Build, string> BuildLog { get; init; }

    /// <summary>Takes a line of the platform for a server's log.</summary>
    public required Action<GameServer, string> ServerLog { get; init; }

    public Task WhenIdleAsync() => _queues.WhenIdleAsync();

    /// <summary>Gives up what is being processed; it is taken up at the next start.</summary>
    public void StopProcessing() => _stopping.Cancel();

    /// <summary>Keeps, in memory, what the first processing of a build is to be given.</summary>
    public void Keep(BuildId build, RegistryCredentials credentials) => _credentials[build] = credentials;

    /// <summary>Forgets what was kept for a build, if anything.</summary>
    public RegistryCredentials? Take(BuildId build) => _credentials.TryRemove(build, out var credentials) ? credentials : null;

    public void Run(FleetEffect effect)
    {
        switch (effect)
        {
            case FleetEffect.LaunchCompute e:
                _launches[e.Server.Compute] = new CancellationTokenSource();
                break;
            case FleetEffect.StopCompute e when _launches.TryGetValue(e.Id, out var launch):
                launch.Cancel();
                break;
            case FleetEffect.DeleteArtefact e when _processing.TryGetValue(e.Id, out var processing):
                processing.Cancel();
                break;
            default:
                break;
        }

        _queues.Enqueue(SubjectOf(effect), effect);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _launching.Dispose();
    }

    // What follows one another for it: the id of a server or a build.
    private static string SubjectOf(FleetEffect effect) => effect switch
    {
        FleetEffect.LaunchCompute e => e.Server.Id.Value,
        FleetEffect.HandOver e => e.Server.Id.Value,
        FleetEffect.StopCompute e => e.Id.Instance.Value,
        FleetEffect.ForgetCompute e => e.Id.Instance.Value,
        FleetEffect.ProcessBuild e => e.Build.Id.Value,
        FleetEffect.DeleteArtefact e => e.Id.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect.GetType().Name, "Nobody carries it out."),
    };

    private Task CarryOutAsync(FleetEffect effect) => effect switch
    {
        FleetEffect.LaunchCompute e => LaunchAsync(e),
        FleetEffect.HandOver e => HandOverAsync(e),
        FleetEffect.StopCompute e => GuardAsync("Stop", e.Id, () => _compute.StopAsync(e.Id, e.Mode, CancellationToken.None)),
        FleetEffect.ForgetCompute e => GuardAsync("Forget", e.Id, () => _compute.ForgetAsync(e.Id, CancellationToken.None)),
        FleetEffect.ProcessBuild e => ProcessAsync(e.Build),
        FleetEffect.DeleteArtefact e => DeleteAsync(e.Id),
        _ => throw new ArgumentOutOfRangeException(nameof(effect), effect.GetType().Name, "Nobody carries it out."),
    };

    private async Task DeleteAsync(BuildId build)
    {
        await GuardAsync("Delete", build, () => _builds.DeleteAsync(build, CancellationToken.None)).ConfigureAwait(false);
        await GuardAsync("Forget build", build, () => _compute.ForgetBuildAsync(build, CancellationToken.None)).ConfigureAwait(false);
    }

    private async Task LaunchAsync(FleetEffect.LaunchCompute effect)
    {
        var id = effect.Server.Compute;
        var cancellationToken = _launches.TryGetValue(id, out var launch) ? launch.Token : CancellationToken.None;
        await _launching.WaitAsync().ConfigureAwait(false);
        try
        {
            NameDroppedVariables(effect);
            cancellationToken.ThrowIfCancellationRequested();
            await _compute.LaunchAsync(LaunchOrder.Compose(effect, _options.ApiUrl), cancellationToken).ConfigureAwait(false);
        }
        catch (ComputeException e)
        {
            ReportEnded(id, ComputeExit.Failed(e.Reason, e.Message));
        }
        catch (OperationCanceledException)
        {
            ReportEnded(id, ComputeExit.Failed(StopReason.ShutdownSignal, "stopped before it was launched"));
        }
#pragma warning disable CA1031 // a provider may throw anything; the server must end all the same
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.LaunchFaulted(id, e);
            ReportEnded(id, ComputeExit.Failed(StopReason.StartupFailureExecutable, "the provider failed unexpectedly; see the host's log"));
        }
        finally
        {
            _launching.Release();
            _launches.TryRemove(id, out _);
        }
    }

    private async Task HandOverAsync(FleetEffect.HandOver effect)
    {
        var config = ServerConfigFile.Write(effect.Server, effect.Project.Keys.ServerKey);
        await GuardAsync("Hand-over", effect.Server.Id, () =>
            _compute.RewriteConfigAsync(effect.Server.Compute, config, CancellationToken.None)).ConfigureAwait(false);
        ReportHandedOver(effect.Server.Compute);
    }

    private void NameDroppedVariables(FleetEffect.LaunchCompute effect)
    {
        if (effect.Project.Settings.Environment.IsEmpty && effect.Server.Spec.Environment.IsEmpty)
        {
            return;
        }

        var names = string.Join(", ", LaunchOrder.DroppedNames(effect));
        if (names.Length > 0)
        {
            _logger.VariablesDropped(effect.Server.Id.Value, names);
            ServerLog(effect.Server, $"[playflow] dropped the variables {names}: PLAYFLOW_* is the platform's own");
        }
    }

    private async Task ProcessAsync(Build build)
    {
        var cancellation = new CancellationTokenSource();
        using var stopping = _stopping.Token.Register(cancellation.Cancel);
        _processing[build.Id] = cancellation;
        try
        {
            var failure = await _builds.ProcessAsync(build, Take(build.Id), line => BuildLog(build, line), cancellation.Token).ConfigureAwait(false);
            if (failure is not null)
            {
                BuildLog(build, $"failed: {failure}");
            }

            ReportProcessed(build.Id, failure is null);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It stays in processing and is taken up at the next start.
        }
        catch (OperationCanceledException)
        {
            ReportProcessed(build.Id, false);
        }
#pragma warning disable CA1031 // a processor may throw anything; the build must end all the same
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.ProcessingFaulted(build.Id.Value, e);
            BuildLog(build, "failed: processing ended unexpectedly; see the host's log");
            ReportProcessed(build.Id, false);
        }
        finally
        {
            _processing.TryRemove(build.Id, out _);
        }
    }

    private async Task GuardAsync<TKey>(string effect, TKey key, Func<Task> action)
        where TKey : notnull
    {
        try
        {
            await action().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // a provider may throw anything; a stop that failed is repeated by its deadline
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.EffectFailed(effect, key.ToString()!, e);
        }
    }
}
