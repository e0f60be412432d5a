using System.Net;
using System.Net.Sockets;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>What a game finds in its container, and what keeps it there.</summary>
public sealed class LaunchTests
{
    private DockerHarness _harness = null!;

    [SetUp]
    public async Task StartAsync() => _harness = await DockerHarness.StartAsync();

    [TearDown]
    public async Task EndAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }
    }

    [Test]
    public async Task Game_IsToldThePortsInside()
    {
        var build = _harness.AddScript("echo $1 $PLAYFLOW_PORT_GAME $TOLD \"$2\" $PLAYFLOW_API_URL");
        var request = _harness.Request(
            build, "{port:game} 'two words'", [DockerHarness.Port(@internal: 8303)],
            ("TOLD", "at {port:game}"), ("PLAYFLOW_API_URL", "http://127.0.0.1:8787/api"));

        Assert.That(await _harness.RunAsync(request), Is.EqualTo(["8303 8303 at 8303 two words http://host.docker.internal:8787/api"]));
    }

    [Test]
    public async Task Game_FindsItsConfigurationBesideItself_AndTheNewOneAfterARewrite()
    {
        var build = _harness.AddBuild(
            folder =>
            {
                Directory.CreateDirectory(Path.Combine(folder, "bin"));
                FolderArtefacts.WriteScript(Path.Combine(folder, "bin"), "server", "echo $PWD $PLAYFLOW_CONFIG_PATH\ncat playflow.json; echo\nwhile grep secret playflow.json >/dev/null; do sleep 0.05; done\ncat playflow.json; echo");
                File.WriteAllText(Path.Combine(folder, "bin", "playflow.json"), "the build's own");
            },
            "bin/server");
        var id = await _harness.LaunchAsync(_harness.Request(build));
        await Eventually.TrueAsync(() => _harness.Lines(id).Count == 2, "the first configuration");
        await _harness.Provider.RewriteConfigAsync(id, """{"new":true}""", CancellationToken.None);
        await _harness.WaitEndedAsync(id);

        Assert.That(_harness.Lines(id), Is.EqualTo(["/game/bin /game/bin/playflow.json", """{"api-key":"secret-key"}""", """{"new":true}"""]));
    }

    [Test]
    public async Task Game_HasNoPowers()
    {
        var build = _harness.AddScript("id -u\ngrep -E '^(CapEff|CapBnd|NoNewPrivs)' /proc/self/status\necho x > /etc/x\necho x >> ./own && cat ./own\necho x > $HOME/x && echo home");
        var id = await _harness.LaunchAsync(_harness.Request(build));
        await _harness.WaitEndedAsync(id);

        Assert.That(
            _harness.Lines(id),
            Is.EqualTo((string[])["1000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "x", "home"]));
    }

    [Test]
    public async Task Container_CarriesLabelsAndLimits()
    {
        var request = _harness.Request(_harness.AddScript(DockerHarness.Waits)) with { Size = ComputeSize.Find("medium")! };
        var id = await _harness.LaunchAsync(request);
        var found = await _harness.Engine.DockerAsync(
            "inspect", "-f",
            "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.CpuShares}} {{.HostConfig.PidsLimit}} {{.HostConfig.RestartPolicy.Name}} "
                + "{{.HostConfig.Privileged}} {{index .Config.Labels \"playflow.kind\"}} {{index .Config.Labels \"playflow.project\"}} {{index .Config.Labels \"playflow.build\"}}",
            await _harness.ContainerAsync(id));

        Assert.That(found, Is.EqualTo($"2147483648 2147483648 2048 4096 no false server project {request.Build.Id.Value}"));
    }

    [Test]
    public async Task Builds_ModesAndLinksThatWouldHarm_AreHarmless()
    {
        var build = _harness.AddBuild(folder =>
        {
            FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, "ls -l sub/tool | cut -c1-10\ncat out 2>&1 | head -c 20; echo\ncat ../etc/shadow 2>&1; ls -d /root/x 2>&1");
            Directory.CreateDirectory(Path.Combine(folder, "sub"));
            File.WriteAllText(Path.Combine(folder, "sub", "tool"), "#!/bin/sh\n");
            File.SetUnixFileMode(
                Path.Combine(folder, "sub", "tool"),
                UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit | UnixFileMode.UserRead | UnixFileMode.UserExecute);
            File.CreateSymbolicLink(Path.Combine(folder, "out"), "/proc/1/environ");
        });
        var id = await _harness.LaunchAsync(_harness.Request(build));
        await _harness.WaitEndedAsync(id);

        Assert.That(_harness.Lines(id)[0], Is.EqualTo("-rwxr--r--"), "no bits beyond reading, writing and running");
        Assert.That(_harness.Output(id), Does.Not.Contain("root:"));
    }

    [Test]
    public async Task Ports_OnlyTheContainerReaches_AreNotOpen()
    {
        var shut = await _harness.LaunchAsync(_harness.Request(PerlGame("127.0.0.1"), null, [DockerHarness.Port()]));
        await Eventually.TrueAsync(() => _harness.Lines(shut).Count == 1, "the game to bind");
        var open = await _harness.LaunchAsync(_harness.Request(PerlGame("0.0.0.0"), null, [DockerHarness.Port()]));
        await _harness.WaitOpenAsync(open);

        Assert.That(_harness.Observer.HasOpenPorts(shut), Is.False);
    }

    [Test]
    public async Task Ports_AreReportedOpenOnceAllAre()
    {
        var tcp = DockerHarness.Port(PortProtocol.Tcp, 7001, "first");
        var udp = DockerHarness.Port(PortProtocol.Udp, 7777, external: tcp.ExternalPort);
        var id = await _harness.LaunchAsync(_harness.Request(PerlGame("0.0.0.0", "system('nc -ll -p 7001 -e cat &');"), null, [tcp, udp]));
        await _harness.WaitOpenAsync(id);

        Assert.That(await Network.AskUdpAsync(udp.ExternalPort, "by datagram"), Is.EqualTo("by datagram"));
        Assert.That(await Network.AskTcpAsync(tcp.ExternalPort, "by stream"), Is.EqualTo("by stream"));
    }

    [TestCase("")]
    [TestCase("127.0.0.1")]
    public async Task Port_HeldByAStranger_IsNamed_AndNothingIsLeft(string address)
    {
        var port = DockerHarness.Port(PortProtocol.Tcp);
        using var stranger = new TcpListener(address.Length == 0 ? IPAddress.Any : IPAddress.Parse(address), port.ExternalPort);
        stranger.Start();
        var failure = await _harness.FailAsync(_harness.Request(_harness.AddScript(DockerHarness.Waits), null, [port]));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure.Reason, Is.EqualTo(Servers.StopReason.PortUnavailable));
            Assert.That(failure.Message, Does.Contain($"port {port.ExternalPort} (tcp), which 'game' was given, is held by another process"));
            Assert.That(await _harness.ContainersAsync(), Is.Empty);
            Assert.That(Directory.GetDirectories(Path.Combine(_harness.Folder, "data", "servers")), Is.Empty);
        }
    }

    [Test]
    public async Task Memory_BeyondTheSize_EndsTheGame_AndTheEndSaysSo()
    {
        var request = _harness.Request(_harness.AddScript("exec tail /dev/zero")) with { Size = ComputeSize.Find("micro")! };
        var exit = await _harness.WaitEndedAsync(await _harness.LaunchAsync(request));

        Assert.That(exit.Signal, Is.EqualTo(9));
        Assert.That(exit.Message, Does.Contain("more memory than its compute size has"));
    }

    [Test]
    public async Task Signal_ThatNobodyHandles_EndsTheGame()
    {
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript("exec sleep 1000")));

        Assert.That((await _harness.StopAsync(id)).Signal, Is.EqualTo(15));
    }

    [Test]
    public async Task Container_RemovedBehindTheProvidersBack_HasEnded()
    {
        var id = await _harness.LaunchAsync(_harness.Request(_harness.AddScript(DockerHarness.Waits)));
        await _harness.Engine.DockerAsync("rm", "-f", await _harness.ContainerAsync(id));

        Assert.That(await _harness.WaitEndedAsync(id), Is.Not.Null);
        await _harness.Provider.ForgetAsync(id, CancellationToken.None);
        Assert.That(await _harness.Provider.ListAsync(CancellationToken.None), Is.Empty);
    }

    [Test]
    public async Task Image_RemovedBehindTheProvidersBack_IsMadeAgain()
    {
        var build = _harness.AddScript("echo ran");
        Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["ran"]));
        foreach (var status in await _harness.Provider.ListAsync(CancellationToken.None))
        {
            await _harness.Provider.ForgetAsync(status.Id, CancellationToken.None);
        }

        await _harness.Engine.DockerAsync(["rmi", .. await _harness.ImagesAsync()]);

        Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["ran"]));
        Assert.That(_harness.Artefacts.Extractions, Is.EqualTo(2));
    }

    /// <summary>A game that binds UDP 7777 on an address and echoes.</summary>
    private Build PerlGame(string address, string before = "") => _harness.AddBuild(folder => File.WriteAllText(
        Path.Combine(folder, Build.DefaultExecutablePath),
        $$"""
        #!/usr/bin/perl
        use Socket; $| = 1; {{before}}
        socket(my $s, PF_INET, SOCK_DGRAM, 0) or die $!;
        bind($s, sockaddr_in(7777, inet_aton("{{address}}"))) or die $!;
        print "bound\n";
        while (defined(my $from = recv($s, my $word, 1500, 0))) { send($s, $word, 0, $from); }
        """));
}
