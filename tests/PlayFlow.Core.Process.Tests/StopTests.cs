using System.Globalization;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests;

[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.UnifiedGroups)]
[TestFixture(PlatformKind.WithoutGroups)]
[Platform("Linux")]
public sealed class StopTests(PlatformKind kind) : ProviderFixture(kind)
{
    [Test]
    public async Task Stop_Gracefully_LetsTheGameFinish()
    {
        var id = await StartedAsync("trap 'echo saving; exit 3' TERM; echo ready; while :; do sleep 0.01; done");

        await Harness.Provider.StopAsync(id, StopMode.Graceful, CancellationToken.None);

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(3)));
        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "ready", "saving" }));
    }

    [Test]
    public async Task Stop_GracefullyWithoutHandler_EndsBySignal()
    {
        var id = await StartedAsync("echo ready; exec sleep 600");

        await Harness.Provider.StopAsync(id, StopMode.Graceful, CancellationToken.None);

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Signaled(15)));
    }

    [Test]
    public async Task Stop_GracefullyAGameThatIgnoresIt_TakesAKill()
    {
        var id = await StartedAsync("trap '' TERM; echo ready; while :; do sleep 600; done");
        await Harness.Provider.StopAsync(id, StopMode.Graceful, CancellationToken.None);

        Assert.That(await Harness.KillAsync(id), Is.EqualTo(ComputeExit.Signaled(9)));
    }

    [Test]
    public async Task Stop_RightAfterTheLaunch_IsNotLost([Values] StopMode mode)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exec sleep 600")));

        await Harness.Provider.StopAsync(id, mode, CancellationToken.None);

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Signaled(mode == StopMode.Kill ? 9 : 15)));
    }

    [Test]
    public async Task Stop_GracefullyALauncherThatForks_ReachesItsServer()
    {
        var id = await StartedAsync(
            """
            sh -c 'trap "echo saved; exit 0" TERM; echo $$ >pid; echo ready; while :; do sleep 0.01; done'
            """);
        var server = Pid(id, "pid");

        await Harness.Provider.StopAsync(id, StopMode.Graceful, CancellationToken.None);
        await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(IsRunning(server), Is.False);
            Assert.That(Harness.Observer.Lines(id), Does.Contain("saved").Or.EqualTo(new[] { "ready" }));
        }
    }

    [Test]
    public async Task Kill_Tree_EndsChildrenThatLeftTheSession()
    {
        var id = await StartedAsync(
            """
            setsid sh -c 'echo $$ >daemon; exec sleep 600' &
            (sh -c 'echo $$ >orphan; exec sleep 600' &)
            (setsid sh -c 'echo $$ >both; exec sleep 600' &)
            while [ ! -s daemon ] || [ ! -s orphan ] || [ ! -s both ]; do sleep 0.01; done
            echo ready
            sleep 600
            """);
        int[] children = [Pid(id, "daemon"), Pid(id, "orphan"), Pid(id, "both")];
        Assert.That(children.Where(IsRunning), Is.EqualTo(children));

        await Harness.KillAsync(id);

        Assert.That(children.Where(IsRunning), Is.Empty);
    }

    [Test]
    public async Task Exit_OfTheMainProcess_EndsWhatItLeftBehind()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript(
            """
            setsid sh -c 'echo $$ >daemon; trap "" TERM HUP; sleep 600' &
            while [ ! -s daemon ]; do sleep 0.01; done
            exit 5
            """)));

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(5)));
        Assert.That(IsRunning(Pid(id, "daemon")), Is.False);
    }

    [Test]
    public async Task Kill_OneLaunch_LeavesOthersAlone()
    {
        var build = Harness.AddScript("echo ready; exec sleep 600");
        var one = await Harness.LaunchAsync(Harness.Request(build));
        var other = await Harness.LaunchAsync(Harness.Request(build));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(other).Count > 0, "ready");

        await Harness.KillAsync(one);

        Assert.That((await Harness.Provider.ListAsync(CancellationToken.None)).Single(status => status.Id == other).Exit, Is.Null);
    }

    [Test]
    public async Task Watchdog_KilledByAStranger_GameGoesOnAndItsEndIsSeen()
    {
        var id = await StartedAsync("echo $$ >pid; echo ready; exec sleep 600");
        var folder = Path.GetDirectoryName(Harness.FilesOf(id))!;
        var watchdog = ProcessIdentity.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "watchdog")))!.Value;
        ProcessTree.Signal(watchdog, 9);
        await Eventually.TrueAsync(() => !watchdog.IsAlive(), "the watchdog is gone");
        Assert.That(IsRunning(Pid(id, "pid")), Is.True);

        Assert.That(await Harness.KillAsync(id), Is.EqualTo(ComputeExit.Lost));
        Assert.That(IsRunning(Pid(id, "pid")), Is.False);
    }

    private static bool IsRunning(int pid) => ProcessStat.TryRead(pid, out var stat) && !stat.HasEnded;

    private async Task<ComputeId> StartedAsync(string script)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript(script)));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Contains("ready"), "ready");
        return id;
    }

    private int Pid(ComputeId id, string file) =>
        int.Parse(File.ReadAllText(Path.Combine(Harness.FilesOf(id), file)), CultureInfo.InvariantCulture);
}
