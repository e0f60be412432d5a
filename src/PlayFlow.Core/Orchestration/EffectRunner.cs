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
internal sealed class EffectRunner(
    OrchestratorOptions options, IComputeProvider compute, IBuildProcessor builds, ILogger logger) : IDisposable
{
    private readonly SerialQueues<string> _queues = new();
    private readonly SemaphoreSlim _launching = new(options.MaxConcurrentLaunches);
    private readonly ConcurrentDictionary<ComputeId, CancellationTokenSource> _launches = new();
    private readonly ConcurrentDictionary<BuildId, CancellationTokenSource> _processing = new();
    private readonly ConcurrentDictionary<BuildId, RegistryCredentials> _credentials = new();
    private readonly CancellationTokenSource _stopping = new();

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
                var cancellation = new CancellationTokenSource();
                _launches[e.Server.Compute] = cancellation;
                _queues.Enqueue(e.Server.Id.Value, () => LaunchAsync(e, cancellation));
                break;
            case FleetEffect.HandOver e:
                _queues.Enqueue(e.Server.Id.Value, () => HandOverAsync(e));
                break;
            case FleetEffect.StopCompute e:
                if (_launches.TryGetValue(e.Id, out var launch))
                {
                    launch.Cancel();
                }

                _queues.Enqueue(e.Id.Instance.Value, () => GuardAsync("Stop", e.Id, () => compute.StopAsync(e.Id, e.Mode, CancellationToken.None)));
                break;
            case FleetEffect.ForgetCompute e:
                _queues.Enqueue(e.Id.Instance.Value, () => GuardAsync("Forget", e.Id, () => compute.ForgetAsync(e.Id, CancellationToken.None)));
                break;
            case FleetEffect.ProcessBuild e:
                _queues.Enqueue(e.Build.Id.Value, () => ProcessAsync(e.Build));
                break;
            case FleetEffect.DeleteArtefact e:
                if (_processing.TryGetValue(e.Id, out var processing))
                {
                    processing.Cancel();
                }

                _queues.Enqueue(e.Id.Value, () => GuardAsync("Delete", e.Id, () => builds.DeleteAsync(e.Id, CancellationToken.None)));
                _queues.Enqueue(e.Id.Value, () => GuardAsync("Forget build", e.Id, () => compute.ForgetBuildAsync(e.Id, CancellationToken.None)));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(effect), effect.GetType().Name, "Nobody carries it out.");
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _launching.Dispose();
    }

    private async Task LaunchAsync(FleetEffect.LaunchCompute effect, CancellationTokenSource cancellation)
    {
        var id = effect.Server.Compute;
        await _launching.WaitAsync().ConfigureAwait(false);
        try
        {
            NameDroppedVariables(effect);
            cancellation.Token.ThrowIfCancellationRequested();
            await compute.LaunchAsync(LaunchOrder.Compose(effect, options.ApiUrl), cancellation.Token).ConfigureAwait(false);
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
            logger.LaunchFaulted(id, e);
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
            compute.RewriteConfigAsync(effect.Server.Compute, config, CancellationToken.None)).ConfigureAwait(false);
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
            logger.VariablesDropped(effect.Server.Id.Value, names);
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
            var failure = await builds.ProcessAsync(build, Take(build.Id), line => BuildLog(build, line), cancellation.Token).ConfigureAwait(false);
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
            logger.ProcessingFaulted(build.Id.Value, e);
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
            logger.EffectFailed(effect, key.ToString()!, e);
        }
    }
}
