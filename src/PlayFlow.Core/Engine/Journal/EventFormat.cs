using System.Buffers;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine.Journal;

/// <summary>
/// The journal's entries as bytes: a format version, the kind of event, the time, then its members. The same event gives the
/// same bytes on every platform. A version that was ever released stays readable.
/// </summary>
public static class EventFormat
{
    /// <summary>The version written.</summary>
    public const byte Version = 1;

    /// <summary>Writes an event.</summary>
    public static void Write(FleetEvent happened, IBufferWriter<byte> output)
    {
        var to = new PayloadWriter(output);
        to.Byte(Version);
        switch (happened)
        {
            case FleetEvent.HostOffered e:
                Begin(to, Kind.HostOffered, e);
                RecordFormat.Write(to, e.Host);
                break;
            case FleetEvent.ProjectConfigured e:
                Begin(to, Kind.ProjectConfigured, e);
                to.Text(e.Id.Value);
                to.Text(e.Name);
                to.Text(e.Keys.ServerKey);
                to.Text(e.Keys.ClientKey);
                to.Text(e.Plan.Name);
                break;
            case FleetEvent.SettingsReplaced e:
                Begin(to, Kind.SettingsReplaced, e);
                to.Text(e.Id.Value);
                RecordFormat.Write(to, e.Settings);
                break;
            case FleetEvent.BuildCreated e:
                Begin(to, Kind.BuildCreated, e);
                RecordFormat.Write(to, e.Build);
                break;
            case FleetEvent.BuildMoved e:
                Begin(to, Kind.BuildMoved, e);
                to.Text(e.Id.Value);
                to.Text(JournalNames.Of(e.State));
                break;
            case FleetEvent.ServerStarted e:
                Begin(to, Kind.ServerStarted, e);
                RecordFormat.Write(to, e.Server);
                break;
            case FleetEvent.ServerRecalled e:
                Begin(to, Kind.ServerRecalled, e);
                RecordFormat.Write(to, e.Server);
                break;
            case FleetEvent.PortsOpened e:
                Begin(to, Kind.PortsOpened, e);
                to.Text(e.Id.Value);
                break;
            case FleetEvent.SelfReportedRunning e:
                Begin(to, Kind.SelfReportedRunning, e);
                to.Text(e.Id.Value);
                break;
            case FleetEvent.CustomDataReplaced e:
                Begin(to, Kind.CustomDataReplaced, e);
                to.Text(e.Id.Value);
                to.Text(e.CustomData);
                break;
            case FleetEvent.RestartRequested e:
                Begin(to, Kind.RestartRequested, e);
                to.Text(e.Id.Value);
                RecordFormat.Write(to, e.Spec);
                RecordFormat.Write(to, e.Build);
                to.Text(e.Host);
                to.List(e.Ports, RecordFormat.Write);
                to.TimeOrNull(e.ExpiresAt);
                to.Time(e.KillAt);
                break;
            case FleetEvent.RestartScheduled e:
                Begin(to, Kind.RestartScheduled, e);
                to.Text(e.Id.Value);
                RecordFormat.Write(to, e.Exit);
                to.Time(e.RetryAt);
                break;
            case FleetEvent.Relaunched e:
                Begin(to, Kind.Relaunched, e);
                to.Text(e.Id.Value);
                break;
            case FleetEvent.StopRequested e:
                Begin(to, Kind.StopRequested, e);
                to.Text(e.Id.Value);
                to.Text(e.Reason.Word);
                to.Time(e.KillAt);
                break;
            case FleetEvent.KillRequested e:
                Begin(to, Kind.KillRequested, e);
                to.Text(e.Id.Value);
                to.Time(e.NextKillAt);
                break;
            case FleetEvent.ServerEnded e:
                Begin(to, Kind.ServerEnded, e);
                to.Text(e.Id.Value);
                to.Text(e.Reason.Word);
                to.Flag(e.Exit is not null);
                if (e.Exit is not null)
                {
                    RecordFormat.Write(to, e.Exit);
                }

                break;
            case FleetEvent.PoolServerClaimed e:
                Begin(to, Kind.PoolServerClaimed, e);
                to.Text(e.Id.Value);
                RecordFormat.Write(to, e.Spec);
                to.TimeOrNull(e.ExpiresAt);
                break;
            case FleetEvent.PortBlocked e:
                Begin(to, Kind.PortBlocked, e);
                to.Text(e.Host);
                to.Number(e.Port);
                to.Text(JournalNames.Of(e.Protocol));
                to.Time(e.Until);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "It has no place in the journal.");
        }
    }

    /// <summary>Reads an event.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or were written by a newer version.</exception>
    public static FleetEvent Read(ReadOnlySpan<byte> payload)
    {
        var from = new PayloadReader(payload);
        from.Version(Version);
        var happened = Read((Kind)from.Byte(), ref from);
        return from.IsAtEnd ? happened : throw PayloadReader.Broken();
    }

    private static FleetEvent Read(Kind kind, ref PayloadReader from)
    {
        var at = from.Time();
        return kind switch
        {
            Kind.HostOffered => new FleetEvent.HostOffered(at, RecordFormat.ReadHost(ref from)),
            Kind.ProjectConfigured => new FleetEvent.ProjectConfigured(
                at,
                new ProjectId(from.Text()),
                from.Text(),
                new ProjectKeys(from.Text(), from.Text()),
                Plan.Find(from.Text()) ?? throw PayloadReader.Broken()),
            Kind.SettingsReplaced => new FleetEvent.SettingsReplaced(at, new ProjectId(from.Text()), RecordFormat.ReadSettings(ref from)),
            Kind.BuildCreated => new FleetEvent.BuildCreated(at, RecordFormat.ReadBuild(ref from)),
            Kind.BuildMoved => new FleetEvent.BuildMoved(at, new BuildId(from.Text()), JournalNames.ToBuildState(from.Text())),
            Kind.ServerStarted => new FleetEvent.ServerStarted(at, RecordFormat.ReadServer(ref from)),
            Kind.ServerRecalled => new FleetEvent.ServerRecalled(at, RecordFormat.ReadServer(ref from)),
            Kind.PortsOpened => new FleetEvent.PortsOpened(at, Server(ref from)),
            Kind.SelfReportedRunning => new FleetEvent.SelfReportedRunning(at, Server(ref from)),
            Kind.CustomDataReplaced => new FleetEvent.CustomDataReplaced(at, Server(ref from), from.TextOrNull()),
            Kind.RestartRequested => new FleetEvent.RestartRequested(
                at,
                Server(ref from),
                RecordFormat.ReadSpec(ref from),
                RecordFormat.ReadReference(ref from),
                from.Text(),
                from.List(RecordFormat.ReadNetworkPort),
                from.TimeOrNull(),
                from.Time()),
            Kind.RestartScheduled => new FleetEvent.RestartScheduled(at, Server(ref from), RecordFormat.ReadExit(ref from), from.Time()),
            Kind.Relaunched => new FleetEvent.Relaunched(at, Server(ref from)),
            Kind.StopRequested => new FleetEvent.StopRequested(at, Server(ref from), new StopReason(from.Text()), from.Time()),
            Kind.KillRequested => new FleetEvent.KillRequested(at, Server(ref from), from.Time()),
            Kind.ServerEnded => new FleetEvent.ServerEnded(
                at, Server(ref from), new StopReason(from.Text()), from.Flag() ? RecordFormat.ReadExit(ref from) : null),
            Kind.PoolServerClaimed => new FleetEvent.PoolServerClaimed(
                at, Server(ref from), RecordFormat.ReadSpec(ref from), from.TimeOrNull()),
            Kind.PortBlocked => new FleetEvent.PortBlocked(
                at, from.Text(), from.Int(), JournalNames.ToProtocol(from.Text()), from.Time()),
            _ => throw PayloadReader.Broken(),
        };
    }

    private static InstanceId Server(ref PayloadReader from) => new(from.Text());

    private static void Begin(PayloadWriter to, Kind kind, FleetEvent happened)
    {
        to.Byte((byte)kind);
        to.Time(happened.At);
    }

    // The numbers are the format: never change one, never reuse one.
    private enum Kind : byte
    {
        HostOffered = 1,
        ProjectConfigured = 2,
        SettingsReplaced = 3,
        BuildCreated = 4,
        BuildMoved = 5,
        ServerStarted = 6,
        ServerRecalled = 7,
        PortsOpened = 8,
        CustomDataReplaced = 9,
        RestartRequested = 10,
        RestartScheduled = 11,
        Relaunched = 12,
        StopRequested = 13,
        KillRequested = 14,
        ServerEnded = 15,
        PortBlocked = 16,
        PoolServerClaimed = 17,
        SelfReportedRunning = 18,
    }
}
