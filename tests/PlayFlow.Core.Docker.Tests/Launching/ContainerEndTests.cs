using Docker.DotNet.Models;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Tests.Launching;

/// <summary>How a container ended.</summary>
public sealed class ContainerEndTests
{
    [TestCase(0, 0, null)]
    [TestCase(125, 125, null)]
    [TestCase(128, 128, null)]
    [TestCase(129, null, 1)]
    [TestCase(143, null, 15)]
    [TestCase(159, null, 31)]
    [TestCase(160, 160, null)]
    [TestCase(255, 255, null)]
    public void Number_IsACodeOrASignal(int number, int? code, int? signal) =>
        Assert.That(ContainerEnd.Find(new State { ExitCode = number }), Is.EqualTo(new ComputeExit(code, signal)));

    [Test]
    public void Container_ThatRuns_HasNotEnded() => Assert.That(ContainerEnd.Find(new State { Running = true }), Is.Null);

    [Test]
    public void Memory_IsBlamedForTheKillAlone()
    {
        Assert.That(ContainerEnd.Find(new State { ExitCode = 137, OOMKilled = true })?.Message, Does.Contain("more memory"));
        Assert.That(ContainerEnd.Find(new State { ExitCode = 0, OOMKilled = true }), Is.EqualTo(ComputeExit.Exited(0)));
    }

    [Test]
    public void Container_ThatTheEngineCouldNotStart_Failed() => Assert.That(
        ContainerEnd.Find(new State { ExitCode = 127, Error = "no\nsuch file" }),
        Is.EqualTo(ComputeExit.Failed(StopReason.StartupFailureExecutable, "the Docker engine could not start it: no such file")));
}
