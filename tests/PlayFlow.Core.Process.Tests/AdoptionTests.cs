using System.Globalization;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Linux;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests;

[TestFixture(PlatformKind.Best)]
[TestFixture(PlatformKind.UnifiedGroups)]
[TestFixture(PlatformKind.WithoutGroups)]
[Platform("Linux")]
public sealed class AdoptionTests(PlatformKind kind) : ProviderFixture(kind)
{
    // How long to watch that something does not happen.
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task Adoption_RunningServer_ServesMeanwhileAndIsTakenUp()
    {
        var port = ProviderHarness.Port();
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [port]));
        await Harness.WaitOpenAsync(id);

        await Harness.DetachAsync();
        Assert.That(await Network.AskUdpAsync(port.ExternalPort, "between"), Is.EqualTo("between"));
        await Harness.StartAsync();

        Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.EqualTo(new[] { new ComputeStatus(id, null, true) }));
        Assert.That(await Harness.KillAsync(id), Is.EqualTo(ComputeExit.Signaled(9)));
    }

    [Test]
    public async Task Adoption_ServerBehindARelay_IsReachedAgain([Values(PortProtocol.Udp, PortProtocol.Tcp)] PortProtocol protocol)
    {
        var port = ProviderHarness.Port(protocol);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {port.InternalPort}", [port]));
        await Harness.WaitOpenAsync(id);

        await Harness.StartAnewAsync();
        await Eventually.TrueAsync(() => Harness.Observer.TimesOpened(id) == 2, "open again");

        var answer = protocol == PortProtocol.Udp
            ? await Network.AskUdpAsync(port.ExternalPort, "again") : await Network.AskTcpAsync(port.ExternalPort, "again");
        Assert.That(answer, Is.EqualTo("again"));
    }

    [Test]
    public async Task Adoption_RelaysPortTakenMeanwhile_EndsTheServer()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {port.InternalPort}", [port]));
        await Harness.WaitOpenAsync(id);
        await Harness.DetachAsync();
        var stranger = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, port.ExternalPort);
        stranger.Start();
        using (stranger)
        {
            await Harness.StartAsync();

            var exit = await Harness.WaitEndedAsync(id);
            Assert.That(exit.Failure, Is.EqualTo(Servers.StopReason.PortUnavailable));
        }
    }

    [TestCase("exit 42", 42, null)]
    [TestCase("kill -9 $$", null, 9)]
    public async Task Adoption_EndedMeanwhile_KnowsHow(string end, int? code, int? signal)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript($"echo before; while [ ! -e go ]; do sleep 0.01; done; echo after; {end}")));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Count > 0, "a line");
        await Harness.DetachAsync();
        await File.WriteAllTextAsync(Harness.FilesOf(id) + "/go", string.Empty);
        var exitFile = Path.Combine(Harness.FilesOf(id), "..", "exit");
        await Eventually.TrueAsync(() => File.Exists(exitFile) && new FileInfo(exitFile).Length > 0, "the game ended");

        await Harness.StartAsync();
        var exit = await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit, Is.EqualTo(new ComputeExit(code, signal)));
            Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "before", "after" }));
        }
    }

    [Test]
    public async Task Adoption_EndedMeanwhile_EndsWhatItLeftBehind()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript(
            """
            setsid sh -c 'echo $$ >daemon; exec sleep 600' &
            echo ready
            while [ ! -e go ] || [ ! -s daemon ]; do sleep 0.01; done
            exit 0
            """)));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Count > 0, "a line");
        await Harness.DetachAsync();
        await File.WriteAllTextAsync(Harness.FilesOf(id) + "/go", string.Empty);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(Harness.FilesOf(id), "..", "exit")), "the game ended");
        var daemon = int.Parse(await File.ReadAllTextAsync(Harness.FilesOf(id) + "/daemon"), CultureInfo.InvariantCulture);
        Assert.That(ProcessStat.TryRead(daemon, out _), Is.True);

        await Harness.StartAsync();
        await Harness.WaitEndedAsync(id);

        Assert.That(ProcessStat.TryRead(daemon, out var stat) && !stat.HasEnded, Is.False);
    }

    [Test]
    public async Task Adoption_Output_HasNoGapAndNothingTwice()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript(
            "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); echo line $i; done; exit 0")));
        for (var restarts = 0; restarts < 3; restarts++)
        {
            var seen = Harness.Observer.Lines(id).Count;
            await Eventually.TrueAsync(
                () => Harness.Observer.Lines(id).Count > seen || Harness.Observer.Exit(id) is not null, "more lines");
            await Harness.StartAnewAsync();
        }

        await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Harness.Observer.Lines(id), Is.EqualTo(Enumerable.Range(1, 30_000).Select(i => $"line {i}")));
            Assert.That(Harness.Observer.Positions(id), Is.Ordered.And.Unique);
        }
    }

    [Test]
    public async Task Adoption_EndedAndNotForgotten_IsStillKnown()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exit 4")));
        await Harness.WaitEndedAsync(id);

        await Harness.StartAnewAsync();

        Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.EqualTo(new[] { new ComputeStatus(id, ComputeExit.Exited(4), false) }));
        await Harness.Provider.ForgetAsync(id, CancellationToken.None);
        await Harness.StartAnewAsync();
        Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task End_ThatCannotBeWrittenDown_IsReportedAllTheSame_AndKnownToTheNextRun()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("while [ ! -e go ]; do sleep 0.01; done; exit 7")));
        var obstacle = Directory.CreateDirectory(Path.Combine(Harness.FilesOf(id), "..", "end.json.new"));
        await File.WriteAllTextAsync(Harness.FilesOf(id) + "/go", string.Empty);
        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(7)));
        Assert.That((await Harness.Provider.ListAsync(CancellationToken.None)).Single().Exit, Is.EqualTo(ComputeExit.Exited(7)));

        obstacle.Delete();
        await Harness.StartAnewAsync();
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(Harness.FilesOf(id), "..", "end.json")), "the end to be written down");

        Assert.That((await Harness.Provider.ListAsync(CancellationToken.None)).Single().Exit, Is.EqualTo(ComputeExit.Exited(7)));
    }

    [Test]
    public async Task Dispose_WhileAnEndIsDealtWith_WaitsForIt()
    {
        using var reached = new SemaphoreSlim(0);
        using var released = new ManualResetEventSlim();
        Harness.Observer.OnEnded = _ =>
        {
            reached.Release();
            released.Wait();
        };
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exit 0")));
        await reached.WaitAsync();
        var disposing = Harness.DetachAsync();
        await Task.WhenAny(disposing, Task.Delay(Watch, TimeProvider.System));
        var isEarly = disposing.IsCompleted;
        released.Set();
        await disposing;
        Harness.Observer.OnEnded = null;

        Assert.That((isEarly, Harness.Observer.Exit(id)), Is.EqualTo((false, ComputeExit.Exited(0))));
    }

    [Test]
    public async Task Adoption_HalfMadeLaunch_IsRemoved()
    {
        await Harness.DetachAsync();
        var rest = Directory.CreateDirectory(Path.Combine(Harness.Data, "servers", "server-9.1", "files"));
        await File.WriteAllTextAsync(Path.Combine(rest.FullName, "half"), "a");
        var cached = Directory.CreateDirectory(Path.Combine(Harness.Data, "cache", ".new-build-9"));

        await Harness.StartAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.Empty);
            Assert.That(rest.Parent!.Exists && Directory.Exists(rest.Parent.FullName), Is.False);
            Assert.That(Directory.Exists(cached.FullName), Is.False);
        }
    }

    [TestCase("out")]
    [TestCase("err")]
    public async Task Adoption_EndedWithoutAnOutputFile_IsStillKnown(string missing)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exit 4")));
        await Harness.WaitEndedAsync(id);
        await Harness.DetachAsync();
        File.Delete(Path.Combine(Harness.FilesOf(id), "..", missing));

        await Harness.StartAsync();

        Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.EqualTo(new[] { new ComputeStatus(id, ComputeExit.Exited(4), false) }));
    }

    [Test]
    public async Task Adoption_InterruptedRemoval_IsFinishedAndNoLaunch()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exit 4")));
        await Harness.WaitEndedAsync(id);
        await Harness.DetachAsync();
        var servers = Path.Combine(Harness.Data, "servers");
        var aside = new LaunchDirectory(Path.GetDirectoryName(Harness.FilesOf(id))!).SetAside();
        Assert.That(Directory.GetDirectories(servers), Is.EqualTo(new[] { aside }));

        await Harness.StartAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.Empty);
            Assert.That(Directory.GetDirectories(servers), Is.Empty);
        }
    }

    [Test]
    public async Task Adoption_FolderThatCannotBeTakenUp_IsEndedAndTheOthersGoOn()
    {
        var other = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo ready; exec sleep 600")));
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo ready; exec sleep 600")));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(other).Count == 1 && Harness.Observer.Lines(id).Count == 1, "ready");
        var folder = Path.GetDirectoryName(Harness.FilesOf(id))!;
        var main = ProcessIdentity.Parse((await File.ReadAllTextAsync(Path.Combine(folder, "main")))[2..])!.Value;
        await Harness.DetachAsync();
        File.Delete(Path.Combine(folder, "err"));
        Directory.CreateDirectory(Path.Combine(folder, "err"));

        await Harness.StartAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.EqualTo(new[] { new ComputeStatus(other, null, true) }));
            Assert.That(main.IsAlive(), Is.False);
            Assert.That(Directory.Exists(folder), Is.False);
        }
    }

    [Test]
    public async Task Adoption_NumberNowAStrangers_StrangerIsNotTouched()
    {
        var stranger = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo $$ >pid; echo ready; exec sleep 600")));
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo $$ >pid; echo ready; exec sleep 600")));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(stranger).Count == 1 && Harness.Observer.Lines(id).Count == 1, "ready");
        var folder = Path.GetDirectoryName(Harness.FilesOf(id))!;
        var strangersFolder = Path.GetDirectoryName(Harness.FilesOf(stranger))!;
        var own = ProcessIdentity.Parse((await File.ReadAllTextAsync(Path.Combine(folder, "main")))[2..])!.Value;
        await Harness.DetachAsync();

        // The launch's processes are gone, and their numbers have been given to another's.
        ProcessTree.Signal(ProcessIdentity.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "watchdog")))!.Value, 9);
        ProcessTree.Signal(own, 9);
        await Eventually.TrueAsync(() => !own.IsAlive(), "the game is gone");
        foreach (var (file, skip) in new[] { ("watchdog", 0), ("main", 2) })
        {
            var text = await File.ReadAllTextAsync(Path.Combine(strangersFolder, file));
            var identity = ProcessIdentity.Parse(text[skip..])!.Value;
            await File.WriteAllTextAsync(
                Path.Combine(folder, file),
                text.Replace($" {identity.StartTime} ", $" {identity.StartTime - 1} ", StringComparison.Ordinal));
        }

        await Harness.StartAsync();
        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Lost));

        var list = await Harness.Provider.ListAsync(CancellationToken.None);
        Assert.That(list.Single(status => status.Id == stranger).Exit, Is.Null);
        var pid = int.Parse(await File.ReadAllTextAsync(Harness.FilesOf(stranger) + "/pid"), CultureInfo.InvariantCulture);
        Assert.That(ProcessStat.TryRead(pid, out var stat) && !stat.HasEnded, Is.True);
    }

    [Test]
    public async Task Adoption_OfAnotherBoot_TouchesNothing()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo $$ >pid; echo ready; exec sleep 600")));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Count > 0, "ready");
        var folder = Path.GetDirectoryName(Harness.FilesOf(id))!;
        var main = ProcessIdentity.Parse((await File.ReadAllTextAsync(Path.Combine(folder, "main")))[2..])!.Value;
        var watchdog = ProcessIdentity.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "watchdog")))!.Value;
        await Harness.DetachAsync();
        var record = Directory.GetFiles(folder, "launch*.json").Single();
        await File.WriteAllTextAsync(record, (await File.ReadAllTextAsync(record)).Replace(ProcessIdentity.ReadBootId(), "another-boot", StringComparison.Ordinal));

        await Harness.StartAsync();
        var exit = await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit.Message, Does.Contain("started anew"));
            Assert.That(main.IsAlive(), Is.True);
        }

        ProcessTree.Signal(main, 9);
        await Eventually.TrueAsync(() => !watchdog.IsAlive(), "the watchdog is done");
    }
}
