using System.Collections.Immutable;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Docker;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process;
using PlayFlow.Core.Sqlite;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Hosting;

/// <summary>Makes what the options name: a provider and two stores.</summary>
internal static class Backends
{
    // Made-up servers take no room: beyond the first host's ports there are more, at addresses of their own.
    private const int MoreFakeHosts = 31;

    /// <summary>Where game servers run.</summary>
    public static IComputeProvider Compute(
        EmulatorOptions options,
        EmulatorParts parts,
        DataDirectory data,
        IBuildArtefacts artefacts,
        ITlsTerminator tls,
        ILoggerFactory loggers)
    {
        if (parts.Compute is { } given)
        {
            return given;
        }

        return options.Provider switch
        {
            ComputeKind.Fake => new FakeComputeProvider(new FakeComputeOptions { Hosts = FakeHosts(options) }, parts.Time),
            ComputeKind.Docker => Containers(options, parts.Time, data, artefacts, loggers, tls),
            _ => new ProcessComputeProvider(
                new ProcessComputeOptions { DataDirectory = data.Servers, Address = options.PublicHost, Ports = options.Ports },
                artefacts,
                parts.Time,
                loggers.CreateLogger<ProcessComputeProvider>(),
                tls),
        };
    }

    /// <summary>The containers of a data directory.</summary>
    public static DockerComputeProvider Containers(
        EmulatorOptions options,
        TimeProvider time,
        DataDirectory data,
        IBuildArtefacts artefacts,
        ILoggerFactory loggers,
        ITlsTerminator? tls = null) => new(
            new DockerComputeOptions
            {
                DataDirectory = data.Containers,
                Endpoint = options.DockerHost,
                BaseImage = options.DockerBaseImage,
                Address = options.PublicHost,
                Ports = options.Ports,
            },
            artefacts,
            time,
            loggers.CreateLogger<DockerComputeProvider>(),
            tls);

    /// <summary>What makes builds of uploads that the provider can run.</summary>
    public static IBuildProcessor Processor(IComputeProvider compute, ArtefactStore artefacts) =>
        compute is DockerComputeProvider docker ? new DockerBuildProcessor(artefacts, docker) : artefacts;

    /// <summary>Where the fleet is remembered.</summary>
    public static IFleetStore FleetStore(EmulatorOptions options, EmulatorParts parts, DataDirectory data) =>
        parts.Fleet ?? (options.InMemory ? new InMemoryFleetStore() : new SqliteFleetStore(data.FleetDatabase));

    /// <summary>Where log lines are kept.</summary>
    public static ILogStore LogStore(EmulatorOptions options, EmulatorParts parts, DataDirectory data) =>
        parts.Logs ?? (options.InMemory ? new InMemoryLogStore() : new SqliteLogStore(data.LogDatabase));

    private static ImmutableArray<ComputeHost> FakeHosts(EmulatorOptions options) =>
    [
        new ComputeHost("fake", options.PublicHost, options.Ports),
        .. FakeComputeOptions.ManyHosts(MoreFakeHosts, options.Ports),
    ];
}
