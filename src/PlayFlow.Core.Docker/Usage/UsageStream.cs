using Docker.DotNet.Models;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Docker.Usage;

/// <summary>
/// What the engine tells once a second of what a container uses. One stream a container stays open, since asking for a single
/// figure takes the engine a second.
/// </summary>
internal sealed class UsageStream(DockerEngine engine, string container, TimeProvider time) : IProgress<ContainerStatsResponse>
{
    private const long NanosecondsPerTick = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Following = TimeSpan.FromDays(40);

    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Reading? _last;

    /// <summary>Ends once there is anything to tell, or nothing ever will be.</summary>
    public Task First => _first.Task;

    /// <summary>What it used when the engine last told, or null.</summary>
    public ComputeSample? Last => _last?.Sample;

    /// <summary>Listens from a second on until cancelled; connects again when the engine drops it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                // At first too: the engine measures each container that is streamed, and starts come many at once.
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
                try
                {
                    await engine.CallAsync(
                        async (client, token) =>
                        {
                            await client.Containers.GetContainerStatsAsync(
                                container, new ContainerStatsParameters { Stream = true }, this, token).ConfigureAwait(false);
                            return true;
                        },
                        Following,
                        cancellationToken).ConfigureAwait(false);
                }
                catch (EngineException e) when (!e.IsNotFound)
                {
                    // It is asked again; until then the last figures stand.
                }
            }
        }
        finally
        {
            _first.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public void Report(ContainerStatsResponse value)
    {
        // A container that has just ended is told of with nothing in it.
        if (value.CPUStats?.CPUUsage is not { TotalUsage: > 0 } processor || value.MemoryStats?.Usage is not { } memory)
        {
            return;
        }

        var sample = new ComputeSample
        {
            CpuTime = TimeSpan.FromTicks((long)processor.TotalUsage / NanosecondsPerTick),
            MemoryBytes = (long)(memory - Math.Min(memory, Reclaimable(value.MemoryStats))),
            ReceivedBytes = value.Networks?.Values.Sum(network => (long)network.RxBytes),
            SentBytes = value.Networks?.Values.Sum(network => (long)network.TxBytes),
        };
        if (_last is not { } last || sample.CpuTime >= last.Sample.CpuTime)
        {
            _last = new Reading(sample);
            _first.TrySetResult();
        }
    }

    // Files read are kept in memory as long as nobody else wants it; version 1 and 2 of control groups name that differently.
    private static ulong Reclaimable(MemoryStats memory) =>
        memory.Stats is not { } stats ? 0
        : stats.TryGetValue("total_inactive_file", out var first) ? first
        : stats.TryGetValue("inactive_file", out var second) ? second
        : 0;

    private sealed record Reading(ComputeSample Sample);
}
