using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Portable;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests;

/// <summary>What systems other than Linux get, run on whatever system this is.</summary>
[Platform(Exclude = "Win")]
public sealed class PortableTests() : ProviderFixture(PlatformKind.Portable)
{
    [Test]
    public async Task Launch_ServesDirectly()
    {
        var port = ProviderHarness.Port();
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [port]));

        await Harness.WaitOpenAsync(id);

        Assert.That(await Network.AskUdpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
    }

    [Test]
    public async Task Launch_ServesThroughARelay()
    {
        var port = ProviderHarness.Port(PortProtocol.Tcp);
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), $"--ignore-ports --port {port.InternalPort}", [port]));

        await Harness.WaitOpenAsync(id);

        Assert.That(await Network.AskTcpAsync(port.ExternalPort, "hello"), Is.EqualTo("hello"));
    }

    [Test]
    public async Task Start_ExecutableStillOpenForWritingElsewhere_IsTriedAgain()
    {
        var directory = new LaunchDirectory(Path.Combine(Harness.Folder, "launch"));
        directory.Create();
        var script = Path.Combine(directory.Files, "game");
        await File.WriteAllTextAsync(script, "#!/bin/sh\nexit 4\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var writer = new FileStream(script, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var pauses = 0;

        using var game = PortableGameProcess.Start(
            new GameCommand(script, [], [], null), directory, [], TimeProvider.System, _ =>
            {
                if (++pauses == 3)
                {
                    writer.Dispose();
                }
            });

        Assert.That((await game.Completion, pauses), Is.EqualTo((ComputeExit.Exited(4), 3)));
    }

    [Test]
    public async Task Sample_BusyProcess_UsesProcessorTimeAndMemory()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript("while :; do :; done")));
        Telemetry.ComputeSample last = default;
        await Eventually.TrueAsync(
            async () =>
            {
                last = (await Harness.Provider.SampleAsync(CancellationToken.None)).SingleOrDefault().Sample;
                return last.CpuTime > TimeSpan.FromMilliseconds(200);
            },
            () => $"processor time is used; the last sample was {last}",
            TimeSpan.FromMilliseconds(50));
        await Harness.KillAsync(id);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(last.MemoryBytes, Is.Positive);
            Assert.That(last.LoadAverage, Is.Not.Null.And.Not.Negative);
            Assert.That(last.TcpConnections, Is.Null);
            Assert.That(await Harness.Provider.SampleAsync(CancellationToken.None), Is.Empty);
        }
    }

    [Test]
    public async Task Launch_InternalPortHeldBefore_IsNotTakenForItsOwn()
    {
        var build = Harness.AddEcho();
        var first = ProviderHarness.Port();
        var relayed = await Harness.LaunchAsync(Harness.Request(build, $"--ignore-ports --port {first.InternalPort}", [first]));
        await Harness.WaitOpenAsync(relayed);
        var second = ProviderHarness.Port(@internal: first.InternalPort);

        var id = await Harness.LaunchAsync(Harness.Request(build, $"--ignore-ports --port {first.InternalPort}", [second]));

        Assert.That((await Harness.WaitEndedAsync(id)).Failure, Is.EqualTo(Servers.StopReason.PortUnavailable));
    }

    [Test]
    public async Task Stop_Gracefully_LetsTheGameFinish()
    {
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddScript(
            "trap 'echo saving; exit 3' TERM; echo ready; while :; do sleep 0.01; done")));
        await Eventually.TrueAsync(() => Harness.Observer.Lines(id).Count > 0, "ready");

        await Harness.Provider.StopAsync(id, StopMode.Graceful, CancellationToken.None);

        Assert.That(await Harness.WaitEndedAsync(id), Is.EqualTo(ComputeExit.Exited(3)));
        Assert.That(Harness.Observer.Lines(id), Is.EqualTo(new[] { "ready", "saving" }));
    }

    [Test]
    public async Task Dispose_EndsWhatRuns_AndItsEndIsReported()
    {
        var port = ProviderHarness.Port();
        var id = await Harness.LaunchAsync(Harness.Request(Harness.AddEcho(), ports: [port]));
        await Harness.WaitOpenAsync(id);

        await Harness.StartAnewAsync();
        var exit = await Harness.WaitEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            // Either the run that ended it still saw it end, or the next one says that it did.
            Assert.That(
                exit is { ExitCode: not null } or { Signal: not null } || exit.Message?.Contains("restarted", StringComparison.Ordinal) is true,
                Is.True,
                exit.ToString());
            Assert.That(Harness.Provider.IsPortFree(ProcessComputeOptions.HostId, port.ExternalPort, PortProtocol.Udp), Is.True);
        }
    }
}
