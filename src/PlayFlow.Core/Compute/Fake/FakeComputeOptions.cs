using System.Collections.Immutable;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Compute.Fake;

/// <summary>What a <see cref="FakeComputeProvider"/> offers and how its servers behave.</summary>
public sealed record FakeComputeOptions
{
    /// <summary>The machines; by default one at <c>127.0.0.1</c> with the ports 30000 to 39999.</summary>
    public ImmutableArray<ComputeHost> Hosts { get; init; } =
        [new ComputeHost("fake", "127.0.0.1", PortRange.Create(30_000, 39_999))];

    /// <summary>The life of each launch; by default <see cref="FakeComputeScript.Obedient"/>.</summary>
    public Func<LaunchRequest, FakeComputeScript> Script { get; init; } = static _ => FakeComputeScript.Obedient;

    /// <summary>What a launch uses when so much time has passed since it began; nothing is measured, by default, when null.</summary>
    public Func<LaunchRequest, TimeSpan, ComputeSample>? Sample { get; init; }

    /// <summary>
    /// Runs before each call of the provider does anything: where it throws, so does the call; while it waits, the call hangs.
    /// </summary>
    public Func<FakeComputeCall, CancellationToken, Task>? BeforeCall { get; init; }

    /// <summary>So many machines alike, with ids <c>fake-1</c> and so on and an address each.</summary>
    /// <param name="count">How many, 1 to 65,536.</param>
    /// <param name="ports">The ports of each.</param>
    public static ImmutableArray<ComputeHost> ManyHosts(int count, PortRange ports) =>
        [.. Enumerable.Range(0, count).Select(i => new ComputeHost(
            FormattableString.Invariant($"fake-{i + 1}"), FormattableString.Invariant($"10.0.{i / 256}.{i % 256}"), ports))];
}

/// <summary>A call made to a provider.</summary>
/// <param name="Method">The method.</param>
/// <param name="Id">The launch it is for; null for <see cref="FakeComputeMethod.List"/> and <see cref="FakeComputeMethod.Sample"/>.</param>
public sealed record FakeComputeCall(FakeComputeMethod Method, ComputeId? Id);

/// <summary>The methods of a provider that a hook can come before.</summary>
public enum FakeComputeMethod
{
    /// <summary><see cref="IComputeProvider.LaunchAsync"/>.</summary>
    Launch,

    /// <summary><see cref="IComputeProvider.StopAsync"/>.</summary>
    Stop,

    /// <summary><see cref="IComputeProvider.RewriteConfigAsync"/>.</summary>
    RewriteConfig,

    /// <summary><see cref="IComputeProvider.ListAsync"/>.</summary>
    List,

    /// <summary><see cref="IComputeProvider.ForgetAsync"/>.</summary>
    Forget,

    /// <summary><see cref="IComputeProvider.FlushLogsAsync"/>.</summary>
    FlushLogs,

    /// <summary><see cref="IComputeProvider.SampleAsync"/>.</summary>
    Sample,
}
