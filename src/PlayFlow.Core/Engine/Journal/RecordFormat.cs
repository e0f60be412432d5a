using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine.Journal;

/// <summary>How the domain's records stand in the journal; each Write beside its Read, members in one order.</summary>
internal static class RecordFormat
{
    public static void Write(PayloadWriter to, GameServer server)
    {
        to.Text(server.Id.Value);
        to.Text(server.Project.Value);
        to.Number(server.Number);
        Write(to, server.Spec);
        Write(to, server.Build);
        to.Text(JournalNames.Of(server.State));
        to.Number(server.Launch);
        to.Number(server.Machine);
        to.Text(server.Host);
        to.List(server.Ports, Write);
        to.Text(server.EndingHost);
        to.List(server.EndingPorts, Write);
        to.Time(server.CreatedAt);
        to.Time(server.UpdatedAt);
        to.TimeOrNull(server.StartedAt);
        to.TimeOrNull(server.StoppedAt);
        to.TimeOrNull(server.ExpiresAt);
        to.Time(server.LaunchedAt);
        to.TimeOrNull(server.RetryAt);
        to.TimeOrNull(server.KillAt);
        to.Number(server.AutoRestarts);
        to.Text(server.StopReason?.Word);
        to.Flag(server.IsPoolServer);
        to.TimeOrNull(server.PoolClaimedAt);
    }

    public static GameServer ReadServer(ref PayloadReader from) => new()
    {
        Id = new InstanceId(from.Text()),
        Project = new ProjectId(from.Text()),
        Number = from.Number(),
        Spec = ReadSpec(ref from),
        Build = ReadReference(ref from),
        State = JournalNames.ToServerState(from.Text()),
        Launch = from.Int(),
        Machine = from.Int(),
        Host = from.Text(),
        Ports = from.List(ReadNetworkPort),
        EndingHost = from.TextOrNull(),
        EndingPorts = from.List(ReadNetworkPort),
        CreatedAt = from.Time(),
        UpdatedAt = from.Time(),
        StartedAt = from.TimeOrNull(),
        StoppedAt = from.TimeOrNull(),
        ExpiresAt = from.TimeOrNull(),
        LaunchedAt = from.Time(),
        RetryAt = from.TimeOrNull(),
        KillAt = from.TimeOrNull(),
        AutoRestarts = from.Int(),
        StopReason = from.TextOrNull() is { } word ? new StopReason(word) : null,
        IsPoolServer = from.Flag(),
        PoolClaimedAt = from.TimeOrNull(),
    };

    public static void Write(PayloadWriter to, ServerSpec spec)
    {
        to.Text(spec.Name);
        to.Text(spec.Region);
        to.Text(spec.Size.Name);
        to.Text(spec.StartupArgs);
        to.SpanOrNull(spec.Ttl);
        to.Flag(spec.AutoRestart);
        to.Text(spec.CustomData);
        to.Text(spec.MatchId);
        to.List(spec.Environment, Write);
        to.List(spec.Ports, Write);
    }

    public static ServerSpec ReadSpec(ref PayloadReader from) => new()
    {
        Name = from.Text(),
        Region = from.Text(),
        Size = ComputeSize.Find(from.Text()) ?? throw PayloadReader.Broken(),
        StartupArgs = from.TextOrNull(),
        Ttl = from.SpanOrNull(),
        AutoRestart = from.Flag(),
        CustomData = from.TextOrNull(),
        MatchId = from.TextOrNull(),
        Environment = from.List(ReadPair),
        Ports = from.List(ReadPortConfig),
    };

    public static void Write(PayloadWriter to, BuildReference build)
    {
        to.Text(build.Id.Value);
        to.Text(build.VersionTag);
        to.Number(build.Version);
    }

    public static BuildReference ReadReference(ref PayloadReader from) =>
        new(new BuildId(from.Text()), from.Text(), from.Int());

    public static void Write(PayloadWriter to, Build build)
    {
        to.Text(build.Id.Value);
        to.Text(build.Project.Value);
        to.Text(build.Name);
        to.Number(build.Version);
        to.Text(JournalNames.Of(build.Type));
        to.Text(build.ExecutablePath);
        to.Text(build.ImageUrl);
        to.Text(JournalNames.Of(build.State));
        to.Time(build.CreatedAt);
        to.TimeOrNull(build.UpdatedAt);
    }

    public static Build ReadBuild(ref PayloadReader from) => new()
    {
        Id = new BuildId(from.Text()),
        Project = new ProjectId(from.Text()),
        Name = from.Text(),
        Version = from.Int(),
        Type = JournalNames.ToBuildType(from.Text()),
        ExecutablePath = from.TextOrNull(),
        ImageUrl = from.TextOrNull(),
        State = JournalNames.ToBuildState(from.Text()),
        CreatedAt = from.Time(),
        UpdatedAt = from.TimeOrNull(),
    };

    public static void Write(PayloadWriter to, ComputeHost host)
    {
        to.Text(host.Id);
        to.Text(host.Address);
        to.Number(host.Ports.First);
        to.Number(host.Ports.Last);
        to.Text(host.Region);
        to.NumberOrNull(host.Capacity);
    }

    public static ComputeHost ReadHost(ref PayloadReader from) =>
        new(from.Text(), from.Text(), PortRange.Create(from.Int(), from.Int()), from.TextOrNull(), (int?)from.NumberOrNull());

    public static void Write(PayloadWriter to, ProjectSettings settings)
    {
        to.List(settings.Ports, Write);
        to.List(settings.Environment, Write);
        to.Text(settings.AuthConfig);
        to.Flag(settings.Pool is not null);
        if (settings.Pool is { } pool)
        {
            to.Flag(pool.Enabled);
            to.List(pool.Targets, Write);
        }

        to.Text(settings.LobbyConfigs);
        to.Time(settings.UpdatedAt);
    }

    public static ProjectSettings ReadSettings(ref PayloadReader from) => new()
    {
        Ports = from.List(ReadPortConfig),
        Environment = from.List(ReadPair),
        AuthConfig = from.Text(),
        Pool = from.Flag() ? new PoolConfig(from.Flag(), from.List(ReadTarget)) : null,
        LobbyConfigs = from.Text(),
        UpdatedAt = from.Time(),
    };

    public static void Write(PayloadWriter to, ComputeExit exit)
    {
        to.NumberOrNull(exit.ExitCode);
        to.NumberOrNull(exit.Signal);
        to.Text(exit.Failure?.Word);
        to.Text(exit.Message);
    }

    public static ComputeExit ReadExit(ref PayloadReader from) => new(
        (int?)from.NumberOrNull(),
        (int?)from.NumberOrNull(),
        from.TextOrNull() is { } word ? new StopReason(word) : null,
        from.TextOrNull());

    public static void Write(PayloadWriter to, NetworkPort port)
    {
        to.Text(port.Name);
        to.Number(port.InternalPort);
        to.Number(port.ExternalPort);
        to.Text(JournalNames.Of(port.Protocol));
        to.Text(port.Host);
        to.Flag(port.TlsEnabled);
    }

    public static NetworkPort ReadNetworkPort(ref PayloadReader from) =>
        new(from.Text(), from.Int(), from.Int(), JournalNames.ToProtocol(from.Text()), from.Text(), from.Flag());

    private static void Write(PayloadWriter to, PortConfig port)
    {
        to.Text(port.Name);
        to.Number(port.InternalPort);
        to.Text(JournalNames.Of(port.Protocol));
        to.Flag(port.TlsEnabled);
        to.Text(port.Id);
    }

    private static PortConfig ReadPortConfig(ref PayloadReader from) =>
        new(from.Text(), from.Int(), JournalNames.ToProtocol(from.Text()), from.Flag(), from.TextOrNull());

    private static void Write(PayloadWriter to, KeyValuePair<string, string> pair)
    {
        to.Text(pair.Key);
        to.Text(pair.Value);
    }

    private static KeyValuePair<string, string> ReadPair(ref PayloadReader from) => new(from.Text(), from.Text());

    private static void Write(PayloadWriter to, PoolTarget target)
    {
        to.Text(target.Region);
        to.Text(target.Size);
        to.Number(target.Count);
    }

    private static PoolTarget ReadTarget(ref PayloadReader from) => new(from.Text(), from.Text(), from.Int());
}
