using System.Globalization;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Core.Process.Tests.Linux;

[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.UnifiedGroups)]
[Platform("Linux")]
public sealed class ControlGroupTests(PlatformKind kind) : ProviderFixture(kind)
{
    [Test]
    public async Task Launch_Game_JoinsAGroupOfItsOwnThatEndsWithIt()
    {
        var (id, group) = await StartedAsync("cat /proc/self/cgroup; echo ready; exec sleep 600");
        var directory = DirectoryOf(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Path.GetFileName(group.JoinFile), Is.EqualTo(group.Version is ControlGroupVersion.Memory ? "tasks" : "cgroup.procs"));
            Assert.That(Harness.Observer.Lines(id).Count(line => line.EndsWith('/' + directory.Name)), Is.EqualTo(1));
            Assert.That(group.ReadProcesses(), Is.EqualTo(new[] { new WatchdogFiles(directory).ReadMain()!.Value.Process.Pid }));
        }

        await Harness.KillAsync(id);
        Assert.That(Directory.Exists(group.Folder), Is.False);
    }

    [Test]
    public async Task Kill_ProcessThatLeftSessionParentsAndEnvironmentBehind_IsEndedToo()
    {
        var (id, group) = await StartedAsync("(setsid env -i sleep 600 &); echo ready; exec sleep 600");
        await Eventually.TrueAsync(() => group.ReadProcesses().Count == 2, "both processes");
        var members = group.ReadProcesses();

        await Harness.KillAsync(id);

        Assert.That(members.Where(pid => ProcessStat.TryRead(pid, out var stat) && !stat.HasEnded), Is.Empty);
    }

    [Test]
    public async Task Kill_ProcessWhoseMainThreadHasEnded_IsEndedToo()
    {
        var (id, group) = await StartedAsync(
            """
            exec python3 -c '
            import ctypes, threading, time
            threading.Thread(target=time.sleep, args=(600,)).start()
            print("ready", flush=True)
            ctypes.CDLL(None).pthread_exit(None)'
            """);
        var pid = group.ReadProcesses().Single();
        await Eventually.TrueAsync(() => ProcessStat.TryRead(pid, out var stat) && stat.HasEnded, "the main thread to end");

        Assert.That(await Harness.KillAsync(id), Is.EqualTo(ComputeExit.Signaled(9)));
        Assert.That(Directory.Exists(group.Folder), Is.False);
    }

    [Test]
    public async Task Kill_ProcessInAGroupBelow_IsEndedToo()
    {
        var (id, group) = await StartedAsync("sleep 600 & echo ready; exec sleep 600");
        await Eventually.TrueAsync(() => group.ReadProcesses().Count == 2, "both processes");
        var child = group.ReadProcesses().Max();
        var below = Directory.CreateDirectory(Path.Combine(group.Folder, "below")).FullName;
        await File.WriteAllTextAsync(Path.Combine(below, "cgroup.procs"), child.ToString(CultureInfo.InvariantCulture));

        await Harness.KillAsync(id);

        Assert.That(ProcessStat.TryRead(child, out var stat) && !stat.HasEnded, Is.False);
        Assert.That(Directory.Exists(group.Folder), Is.False);
    }

    private async Task<(ComputeId Id, LaunchGroup Group)> StartedAsync(string script)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript(script)));
        await Harness.WaitOpenAsync(id);
        var record = DirectoryOf(id).ReadRecord()!;
        Assume.That(record.Group, Is.Not.Null, "this user may not make control groups here");
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Contains("ready"), "ready");
        return (id, LaunchGroup.Restore(record.Group, record.GroupVersion)!);
    }

    private LaunchDirectory DirectoryOf(ComputeId id) => LaunchDirectory.For(Path.Combine(Harness.Data, "servers"), id);
}
