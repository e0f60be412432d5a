using System.Buffers;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Testing.Engine;

namespace PlayFlow.Core.Tests.Engine;

/// <summary>
/// A journal and a snapshot as they were once written, kept as bytes: what was released stays readable. They are made by
/// <see cref="Make"/>, whose walk reaches every kind of event; a new kind wants a new file beside them, since these are never written again.
/// </summary>
public sealed class GoldenJournalTests
{
    private const string Folder = "tests/PlayFlow.Core.Tests/Engine/Golden";

    [Test]
    public void An_old_journal_folds_to_what_it_folded_to() =>
        Assert.That(Describe(Fold(Entries())), Is.EqualTo(Expected()));

    [Test]
    public void An_old_snapshot_rebuilds_what_it_stood_for() =>
        Assert.That(Describe(FleetImage.Restore(File.ReadAllBytes(PathOf("fleet.snapshot")), Rules)), Is.EqualTo(Expected()));

    [Test]
    public void Every_kind_of_event_is_in_the_old_journal()
    {
        var kinds = typeof(FleetEvent).GetNestedTypes().Where(type => !type.IsAbstract);

        Assert.That(
            Entries().Select(entry => EventFormat.Read(entry).GetType()).Distinct(),
            Is.EquivalentTo(kinds),
            "write a new golden journal beside the old one for a new kind of event");
    }

    [Test]
    public void Events_are_written_as_they_always_were() => Assert.That(
        Entries().All(entry => Bytes(EventFormat.Read(entry)).AsSpan().SequenceEqual(entry)), Is.True, "the format's bytes changed: that needs a new version");

    [Test]
    public void Read_AnEventOfANewerVersion_SaysSo()
    {
        var entry = Entries()[0];
        entry[0]++;

        Assert.That(() => EventFormat.Read(entry), Throws.TypeOf<InvalidDataException>().With.Message.Contains("version 2").And.Message.Contains("newer"));
    }

    [Test]
    public void Restore_ASnapshotOfANewerVersion_SaysSo()
    {
        var snapshot = File.ReadAllBytes(PathOf("fleet.snapshot"));
        snapshot[0]++;

        Assert.That(() => FleetImage.Restore(snapshot, Rules), Throws.TypeOf<InvalidDataException>().With.Message.Contains("version 2").And.Message.Contains("newer"));
    }

    [Test]
    public void Read_AnArchivedServerOfANewerVersion_SaysSo()
    {
        var server = ArchiveFormat.Write(Fold(Entries()).Servers.First()).ToArray();
        server[0]++;

        Assert.That(() => ArchiveFormat.Read(server), Throws.TypeOf<InvalidDataException>().With.Message.Contains("version 2").And.Message.Contains("newer"));
    }

    /// <summary>How the files were made; kept for the day another version needs its own.</summary>
    [Test]
    [Explicit("Writes the golden files anew, which only a version that was never released may do.")]
    public void Make()
    {
        var walk = new FleetSimulation(Rules);
        foreach (var step in Walk())
        {
            walk.Take(step);
        }

        // The only event that no step leads to: the shell brings servers back.
        var stopped = walk.History.Last(entry => entry.After?.State is ServerState.Stopped && walk.Fleet.FindServer(entry.After.Id) is null);
        walk.Give(new FleetCommand.RecallServer(walk.Now, stopped.After!));

        // What the walk leaves at its defaults.
        walk.Give(new FleetCommand.CreateBuild(walk.Now, FleetSimulation.Projects[0], new BuildId("image"), "arena", BuildType.DockerImage, null, "registry/arena:1"));
        walk.Give(new FleetCommand.ReplaceSettings(walk.Now, FleetSimulation.Projects[1], ProjectSettings.New(walk.Now) with
        {
            Ports = [new PortConfig("main", 9000, PortProtocol.Tcp, true, "p1"), new PortConfig("voice", 9001, PortProtocol.Udp, false)],
            Environment = [new("MODE", "ranked"), new("NAME", "héhé")],
        }));

        using var journal = new BinaryWriter(File.Create(PathOf("fleet.journal")));
        foreach (var (happened, _, _) in walk.History)
        {
            var bytes = Bytes(happened);
            journal.Write(bytes.Length);
            journal.Write(bytes);
        }

        File.WriteAllBytes(PathOf("fleet.snapshot"), FleetImage.Take(walk.Fleet, walk.Now).Encode().ToArray());
        File.WriteAllText(PathOf("fleet.txt"), Describe(walk.Fleet));
    }

    private static FleetRules Rules { get; } = new() { StoppedServersInMemory = 2 };

    private static IEnumerable<FleetStep> Walk()
    {
        // The warm server is ready, and claimed; another takes its place.
        yield return new FleetStep.OpenPorts(0, 0);
        yield return new FleetStep.Start(0, 45);
        yield return new FleetStep.ReportSelf(0);
        yield return new FleetStep.TendPool(0);
        yield return new FleetStep.OpenPorts(2, 0);

        // Seven of many shapes come and go: the first of them leave memory.
        foreach (var shape in new[] { 0, 6, 7, 8, 22, 13, 30 })
        {
            yield return new FleetStep.AddBuild(0, shape % 3, shape == 7 ? 5 : 2);
            yield return new FleetStep.Start(0, shape);
            yield return new FleetStep.Start(1, 4);
            yield return new FleetStep.Wait(1);
        }

        for (var server = 3; server < 15; server++)
        {
            yield return new FleetStep.OpenPorts(server, 0);
            yield return new FleetStep.End(server, 0, server % 4);
            yield return new FleetStep.Wait(1);
        }

        // What lives on: one ending and not going, one restarting, one backing off, one updated.
        for (var shape = 40; shape < 46; shape++)
        {
            yield return new FleetStep.Start(0, shape);
        }

        yield return new FleetStep.BlockPort(3);
        yield return new FleetStep.OpenPorts(17, 0);
        yield return new FleetStep.Update(17);
        yield return new FleetStep.OpenPorts(18, 0);
        yield return new FleetStep.Stop(18);
        yield return new FleetStep.Wait(30);
        yield return new FleetStep.Restart(19, 4);
        yield return new FleetStep.Restart(21, 5);
        yield return new FleetStep.End(21, 0, 1);
        yield return new FleetStep.OpenPorts(22, 0);
        yield return new FleetStep.End(22, 0, 2);
        yield return new FleetStep.DeleteBuild(1);
        yield return new FleetStep.AddBuild(0, 1, 1);
    }

    private static Fleet Fold(IEnumerable<byte[]> entries)
    {
        var fleet = new Fleet(Rules);
        foreach (var entry in entries)
        {
            fleet.Apply(EventFormat.Read(entry));
        }

        return fleet;
    }

    private static List<byte[]> Entries()
    {
        var entries = new List<byte[]>();
        using var journal = new BinaryReader(File.OpenRead(PathOf("fleet.journal")));
        while (journal.BaseStream.Position < journal.BaseStream.Length)
        {
            entries.Add(journal.ReadBytes(journal.ReadInt32()));
        }

        return entries;
    }

    private static byte[] Bytes(FleetEvent happened)
    {
        var output = new ArrayBufferWriter<byte>();
        EventFormat.Write(happened, output);
        return output.WrittenSpan.ToArray();
    }

    private static string Expected() => File.ReadAllText(PathOf("fleet.txt")).ReplaceLineEndings("\n");

    private static string PathOf(string file) => Path.Combine(RepositoryFiles.Root, Folder, file);

    private static string Describe(Fleet fleet)
    {
        var text = new StringBuilder();
        Line($"events {fleet.Sequence}, last server {fleet.LastServerNumber}, next deadline {Time(fleet.NextDeadline)}");
        foreach (var host in fleet.Hosts)
        {
            Line($"host {host.Id} {host.Address} {host.Ports} region {host.Region ?? "any"} capacity {host.Capacity?.ToString(CultureInfo.InvariantCulture) ?? "any"}");
        }

        foreach (var project in fleet.Projects)
        {
            var settings = project.Settings;
            Line($"project {project.Id} '{project.Name}' {project.Plan} {project.Keys.ServerKey} {project.Keys.ClientKey}, {fleet.CountActive(project.Id)} active");
            Line($"  ports {string.Join(", ", settings.Ports.Select(port => $"{port.Name}:{port.InternalPort}/{port.Protocol}{(port.TlsEnabled ? " tls" : "")} {port.Id}"))}");
            Line($"  variables {string.Join(", ", settings.Environment)}, auth {settings.AuthConfig}, lobbies {settings.LobbyConfigs}, updated {Time(settings.UpdatedAt)}");
            Line($"  pool {(settings.Pool is { } pool ? $"{pool.Enabled} {string.Join(", ", pool.Targets)}" : "none")}");
        }

        foreach (var build in fleet.Builds)
        {
            Line($"build {build.Id} of {build.Project}: {build.Name} {build.Version} {build.Type} {build.State} {Time(build.CreatedAt)} {build.ExecutablePath} {build.ImageUrl}");
        }

        foreach (var server in fleet.Servers.OrderBy(server => server.Number))
        {
            Line($"server {server.Number} {server.Id} of {server.Project}: {server.State}, launch {server.Launch}, machine {server.Machine}, restarts {server.AutoRestarts}");
            Line($"  {server.Spec}, ttl {server.Spec.Ttl}, auto-restart {server.Spec.AutoRestart}, data {server.Spec.CustomData}, match {server.Spec.MatchId}");
            Line($"  build {server.Build.Id} {server.Build.VersionTag} {server.Build.Version}, pool {server.IsPoolServer} claimed {Time(server.PoolClaimedAt)}");
            Line($"  {server.Host}: {string.Join(", ", server.Ports.Select(port => $"{port.Name} {port.InternalPort} as {port.Host}:{port.ExternalPort}/{port.Protocol}{(port.TlsEnabled ? " tls" : "")}"))}");
            Line($"  created {Time(server.CreatedAt)} updated {Time(server.UpdatedAt)} launched {Time(server.LaunchedAt)} started {Time(server.StartedAt)} expires {Time(server.ExpiresAt)}");
            Line($"  stopped {Time(server.StoppedAt)} {server.StopReason?.Word}, retry {Time(server.RetryAt)}, kill {Time(server.KillAt)}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
    }

    private static string Time(DateTimeOffset? time) => time?.ToString("MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture) ?? "-";
}
