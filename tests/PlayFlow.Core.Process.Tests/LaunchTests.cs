using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Tests;

[Platform(Exclude = "Win")]
public sealed class LaunchTests : ProviderFixture
{
    [Test]
    public async Task Launch_ServerThatBindsItsGivenPort_ServesPlayersDirectly()
    {
        var port = ProviderHarness.Port();
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [port]));

        await Harness.WaitOpenAsync(id);

        Assert.That(await Network.AskUdpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
        Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Does.Contain(new ComputeStatus(id, null, true)));
    }

    [Test]
    public async Task Launch_WithoutPorts_IsOpenAtOnce()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exec sleep 600")));

        await Harness.WaitOpenAsync(id);

        Assert.That(Harness.Observer.TimesOpened(id), Is.EqualTo(1));
    }

    [Test]
    public async Task Launch_TwiceTheSame_StartsOne()
    {
        var request = Harness.Request(Harness.AddScript("echo started; exec sleep 600"));
        await Harness.LaunchAsync(request);
        await Harness.LaunchAsync(request);

        await Eventually.TrueAsync(() => Harness.Observer.Lines(request.Id).Count > 0, "a line");
        await Harness.KillAsync(request.Id);

        Assert.That(Harness.Observer.Lines(request.Id), Is.EqualTo(new[] { "started" }));
    }

    [Test]
    public async Task Launch_Arguments_AreSplitBeforeTokensAreReplaced()
    {
        var port = ProviderHarness.Port(name: "game port");
        var id = await Harness.LaunchAsync(Harness.Request(
            Harness.AddScript("""for a; do echo "[$a]"; done"""), """-p {port:game\ port} 'it is "{port:game port}"' "" {port:other}""", [port]));

        await Harness.WaitEndedAsync(id);

        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[]
        {
            "[-p]", $"[{port.ExternalPort}]", $"[it is \"{port.ExternalPort}\"]", "[]", "[{port:other}]",
        }));
    }

    [Test]
    public async Task Launch_Environment_HoldsTheLaunchesVariablesAndLittleElse()
    {
        Environment.SetEnvironmentVariable("PLAYFLOW_TEST_OF_LEAKS", "leaked");
        var port = ProviderHarness.Port(name: "game-1");
        var id = await Harness.LaunchAsync(Harness.Request(
            Harness.AddScript("exec /usr/bin/env"), null, [port],
            ("MY_PORT", "port={port:game-1}"), ("MULTI", "a=b c"), ("LD_LIBRARY_PATH", "/nowhere"), ("MY_PORT", "last={port:game-1}")));

        await Harness.WaitEndedAsync(id);

        var names = Harness.Observer.Lines(id).Select(line => line.Split('=')[0]).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Harness.Observer.Lines(id), Is.SupersetOf(new[]
            {
                $"MY_PORT=last={port.ExternalPort}",
                "MULTI=a=b c",
                "LD_LIBRARY_PATH=/nowhere",
                $"PLAYFLOW_PORT_GAME_1={port.ExternalPort}",
                $"PLAYFLOW_CONFIG_PATH={Harness.FilesOf(id)}/playflow.json",
            }));
            Assert.That(names, Is.SubsetOf(new[]
            {
                "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "LOGNAME", "PWD", "DOTNET_ROOT",
                "MY_PORT", "MULTI", "LD_LIBRARY_PATH", "PLAYFLOW_PORT_GAME_1", "PLAYFLOW_CONFIG_PATH",
            }));
        }
    }

    [TestCase("run", "dir", "me", "groups", "joined")]
    [TestCase("my.var", "my-var", "LD_a.b", "1st")]
    [TestCase("IFS", "OPTIND", "PS1", "PS4", "ENV", "PWD", "OLDPWD", "UID", "BASH_ENV", "playflow_watchdog_run", "playflow_watchdog_odd")]
    [TestCase("my.var", "LD_LIBRARY_PATH", "plain")]
    [Platform("Linux")]
    public async Task Launch_VariablesAShellWouldChange_ReachTheGame(params string[] names)
    {
        var build = Harness.AddBuild(folder => File.Copy("/usr/bin/env", Path.Combine(folder, Build.DefaultExecutablePath)));
        var id = await Harness.LaunchAsync(Harness.Request(
            build, null, null, [.. names.Select(name => (name, $"it's \"{name}\" = $x `y`"))]));

        await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Harness.Observer.Lines(id), Is.SupersetOf(names.Select(name => $"{name}=it's \"{name}\" = $x `y`")));
            Assert.That(
                Harness.Observer.Lines(id).Select(line => line.Split('=')[0]).Where(name => name.StartsWith("playflow", StringComparison.Ordinal)),
                Is.SubsetOf(names));
        }
    }

    [Test]
    [Platform("Linux")]
    public async Task Launch_VariablesTooLongForTheSystem_SaysSoWithoutAValue()
    {
        var request = Harness.Request(Harness.AddScript("true"), null, null, ("LONG", "secret" + new string('x', 3_000_000)));

        var refusal = await Assert.ThrowsAsync<ComputeException>(() => Harness.LaunchAsync(request));

        Assert.That(refusal!.Message, Does.Contain("too long").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Launch_WorkingDirectoryAndConfig_AreTheExecutables()
    {
        var build = Harness.AddBuild(
            folder =>
            {
                Directory.CreateDirectory(Path.Combine(folder, "Linux Server"));
                FolderArtefacts.WriteScript(folder, "Linux Server/run.sh", "pwd; cat playflow.json; echo; ls -l playflow.json | cut -c1-10");
            },
            "Linux Server/run.sh");
        var id = await Harness.LaunchAsync(Harness.Request(build));

        await Harness.WaitEndedAsync(id);

        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[]
        {
            Harness.FilesOf(id) + "/Linux Server", """{"api-key":"secret-key"}""", "-rw-------",
        }));
    }

    [Test]
    public async Task RewriteConfig_OfRunningLaunch_ReplacesTheFile()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exec sleep 600")));

        await Harness.Provider.RewriteConfigAsync(id, "{}", CancellationToken.None);

        Assert.That(await File.ReadAllTextAsync(Harness.FilesOf(id) + "/playflow.json"), Is.EqualTo("{}"));
    }

    [Test]
    public async Task Launch_OutputAndErrors_AreReportedBeforeTheEnd()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("echo one; echo two >&2; printf three; exit 7")));

        var exit = await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exit, Is.EqualTo(ComputeExit.Exited(7)));
            Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "one", "three" }));
            Assert.That(Harness.Observer.Lines(id, LogLevel.Error), Is.EqualTo(new[] { "two" }));
            Assert.That(Harness.Observer.LinesAtEnd(id), Is.EqualTo(2));
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(126)]
    [TestCase(127)]
    [TestCase(137)]
    [TestCase(255)]
    public async Task Launch_ExitByItself_KeepsTheCode(int code)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript($"exit {code}")));

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(code)));
    }

    [TestCase(2)]
    [TestCase(6)]
    [TestCase(9)]
    [TestCase(11)]
    [TestCase(13)]
    [TestCase(15)]
    public async Task Launch_EndedBySignal_KeepsTheSignal(int signal)
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript($"ulimit -c 0; kill -{signal} $$; sleep 600")));

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Signaled(signal)));
    }

    [Test]
    public Task Launch_MissingExecutable_SaysSoAndLeavesNothing() =>
        AssertRefused(Harness.AddBuild(_ => { }), StopReason.StartupFailureExecutable, "Server.x86_64' is not in the build");

    [TestCase("../outside")]
    [TestCase("/bin/true")]
    public Task Launch_ExecutableOutsideTheBuild_IsRefused(string path) =>
        AssertRefused(Harness.AddBuild(_ => { }, path), StopReason.StartupFailureExecutable, "is not in the build");

    [Test]
    public async Task Launch_MissingArtefact_SaysSo()
    {
        var build = Harness.AddScript("true") with { Id = new BuildId("unknown") };

        await AssertRefused(build, StopReason.StartupFailureDownload, "missing");
    }

    [Test]
    public Task Launch_ContainerImage_IsRefused() =>
        AssertRefused(Harness.AddBuild(_ => { }, type: BuildType.DockerImage), StopReason.StartupFailureExecutable, "no container images");

    [Test]
    public Task Launch_UnclosedQuote_IsRefused() =>
        AssertRefused(Harness.AddScript("true"), StopReason.StartupFailureExecutable, "quote", "-name 'x");

    [Test]
    public Task Launch_WindowsProgram_SaysSo() => AssertRefused(
        Harness.AddBuild(folder => File.WriteAllText(Path.Combine(folder, "Server.x86_64"), "MZ.....")),
        StopReason.StartupFailureExecutable, "Windows program");

    [Test]
    public Task Launch_ScriptOfMissingInterpreter_SaysSo() => AssertRefused(
        Harness.AddBuild(folder => File.WriteAllText(Path.Combine(folder, "Server.x86_64"), "#!/no/such/interpreter\n")),
        StopReason.StartupFailureExecutable, "/no/such/interpreter");

    [Test]
    public async Task Launch_ExecutableTheSystemCannotLoad_EndsAsUnrunnable()
    {
        var build = Harness.AddBuild(folder =>
            File.WriteAllBytes(Path.Combine(folder, "Server.x86_64"), [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]));
        var id = await Harness.LaunchAsync(Harness.Request(build));

        Assert.That((await Harness.WaitEndedAsync(id)).Failure, Is.EqualTo(StopReason.StartupFailureExecutable));
    }

    [Test]
    public async Task Forget_EndedLaunch_RemovesItsFolder()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("exit 0")));
        await Harness.WaitEndedAsync(id);
        Assert.That((await Harness.Provider.ListAsync(CancellationToken.None)).Single().Exit, Is.EqualTo(ComputeExit.Exited(0)));

        await Harness.Provider.ForgetAsync(id, CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.Empty);
            Assert.That(Directory.GetDirectories(Path.Combine(Harness.Data, "servers")), Is.Empty);
        }
    }

    [Test]
    public async Task Unknown_Launches_AreHarmless()
    {
        var unknown = new ComputeId(new InstanceId("nobody"), 1);

        await Harness.Provider.StopAsync(unknown, StopMode.Kill, CancellationToken.None);
        await Harness.Provider.ForgetAsync(unknown, CancellationToken.None);
        await Harness.Provider.FlushLogsAsync(unknown, CancellationToken.None);
        await Harness.Provider.RewriteConfigAsync(unknown, "{}", CancellationToken.None);

        Assert.That(await Harness.Provider.ListAsync(CancellationToken.None), Is.Empty);
    }

    [TestCase(PortProtocol.Udp)]
    [TestCase(PortProtocol.Tcp)]
    public void IsPortFree_HeldByAnother_IsFalse(PortProtocol protocol)
    {
        var port = TestPorts.Next();
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.InterNetwork,
            protocol == PortProtocol.Tcp ? System.Net.Sockets.SocketType.Stream : System.Net.Sockets.SocketType.Dgram,
            protocol == PortProtocol.Tcp ? System.Net.Sockets.ProtocolType.Tcp : System.Net.Sockets.ProtocolType.Udp);
        Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port, PortProtocol.Both), Is.True);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port, protocol), Is.False);
            Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port, PortProtocol.Both), Is.False);
            Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port, PortProtocol.Both & ~protocol), Is.True);
        }
    }

    private async Task AssertRefused(Build build, StopReason reason, string message, string? args = null)
    {
        var request = Harness.Request(build, args);

        var refusal = await Assert.ThrowsAsync<ComputeException>(() => Harness.LaunchAsync(request));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal!.Reason, Is.EqualTo(reason));
            Assert.That(refusal.Message, Does.Contain(message));
            Assert.That(Directory.GetDirectories(Path.Combine(Harness.Data, "servers")), Is.Empty);
            Assert.That(Harness.Observer.Exit(request.Id), Is.Null);
        }
    }
}
