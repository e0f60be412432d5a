using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Engine;

/// <summary>
/// Hears from the engine at once when a container of the provider ends, and looks at all of them every few seconds besides: what
/// was not heard while the engine or the connection was gone comes out then. Notes when the engine does not answer.
/// </summary>
internal sealed class EngineWatch(DockerEngine engine, string owner, TimeProvider time, ILogger logger) : IProgress<Message>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IntervalWhileSilent = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Following = TimeSpan.FromDays(40);

    private readonly SemaphoreSlim _due = new(0, 1);

    /// <summary>Takes the id of a container that has ended.</summary>
    public required Action<string> Ended { get; init; }

    /// <summary>Takes all containers of the provider.</summary>
    public required Func<IList<ContainerListResponse>, Task> Seen { get; init; }

    /// <summary>Listens and looks until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(ListenAsync(cancellationToken), LookAsync(cancellationToken));

    /// <summary>All containers of the provider.</summary>
    public Task<IList<ContainerListResponse>> ListAsync(CancellationToken cancellationToken) => engine.CallAsync(
        (client, token) => client.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = Labels.OwnedBy(owner) }, token),
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _due.Dispose();

    /// <inheritdoc/>
    public void Report(Message value)
    {
        if (value is { Action: "die", Actor.ID: { } container })
        {
            Ended(container);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        var parameters = new ContainerEventsParameters { Filters = Labels.OwnedBy(owner, Labels.Server) };
        parameters.Filters["type"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["container"] = true };
        parameters.Filters["event"] = new Dictionary<string, bool>(StringComparer.Ordinal) { ["die"] = true };
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await engine.CallAsync(
                    async (client, token) =>
                    {
                        await client.System.MonitorEventsAsync(parameters, this, token).ConfigureAwait(false);
                        return true;
                    },
                    Following,
                    cancellationToken).ConfigureAwait(false);
            }
            catch (EngineException)
            {
                // Looking tells what is the matter.
            }

            LookNow();
            await Task.Delay(IntervalWhileSilent, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await PauseAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var containers = await ListAsync(cancellationToken).ConfigureAwait(false);
                if (engine.Silence is not null)
                {
                    engine.Silence = null;
                    Log.Answers(logger);
                }

                await Seen(containers).ConfigureAwait(false);
            }
            catch (EngineException e)
            {
                if (engine.Silence is null)
                {
                    Log.Silent(logger, e.Message);
                }

                engine.Silence = e.Message;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.LookFailed(logger, e);
            }
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(engine.Silence is null ? Interval : IntervalWhileSilent, time, asked.Token);
        await Task.WhenAny(pause, _due.WaitAsync(asked.Token)).ConfigureAwait(false);
        await asked.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void LookNow()
    {
        try
        {
            _due.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to.
        }
    }
}
