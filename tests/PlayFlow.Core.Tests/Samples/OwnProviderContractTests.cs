using NUnit.Framework;
using OwnProvider;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Testing.Compute;

namespace PlayFlow.Core.Tests.Samples;

/// <summary>The sample's provider keeps the contract: what somebody else's provider would derive.</summary>
[TestFixture]
public sealed class OwnProviderContractTests : ComputeProviderContract
{
    private readonly Dictionary<ComputeId, LaunchBehaviour> _behaviours = [];
    private int _lastPort = 41_000;

    protected override Task<IComputeProvider> CreateAsync() => Task.FromResult<IComputeProvider>(new TaskComputeProvider(PlayAsync));

    protected override LaunchRequest Request(ComputeId id, LaunchBehaviour behaviour)
    {
        lock (_behaviours)
        {
            _behaviours[id] = behaviour;
        }

        var request = LaunchSample.Create(id, Provider.Hosts[0], Interlocked.Increment(ref _lastPort));
        return behaviour.IsLaunchable ? request : request with { Build = request.Build with { Type = BuildType.DockerImage } };
    }

    private async Task<int> PlayAsync(GameTask game)
    {
        LaunchBehaviour behaviour;
        lock (_behaviours)
        {
            behaviour = _behaviours[game.Request.Id];
        }

        foreach (var line in behaviour.Lines)
        {
            await game.WriteLineAsync(line);
        }

        foreach (var line in behaviour.ErrorLines)
        {
            await game.WriteLineAsync(line, LogLevel.Error);
        }

        if (behaviour.OpensPorts)
        {
            game.Open();
        }

        if (behaviour.ExitCode is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, behaviour.HeedsTermination ? game.Stopping : game.Killed);
        }

        return behaviour.ExitCode ?? 0;
    }
}
