using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Launching;
using PlayFlow.Core.Testing.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Tests.Launching;

/// <summary>Where an executable is inside a container.</summary>
public sealed class GameFolderTests
{
    [TestCase("Server.x86_64", "/game/Server.x86_64", "/game/playflow.json")]
    [TestCase(null, "/game/Server.x86_64", "/game/playflow.json")]
    [TestCase("/bin/./server", "/game/bin/server", "/game/bin/playflow.json")]
    [TestCase("a\\b//c", "/game/a/b/c", "/game/a/b/playflow.json")]
    public void Executable_IsBelowTheGamesFolder(string? path, string executable, string config)
    {
        Assert.That(GameFolder.Executable(Build(path)), Is.EqualTo(executable));
        Assert.That(GameFolder.ConfigPath(Build(path)), Is.EqualTo(config));
    }

    [TestCase("../bin/sh")]
    [TestCase("a/../../b")]
    [TestCase("..\\x")]
    [TestCase(".")]
    [TestCase("")]
    [TestCase("a\0b")]
    public void Executable_OutsideTheBuild_IsRefused(string path) => Assert.That(
        () => GameFolder.Executable(Build(path)),
        Throws.TypeOf<ComputeException>().With.Property(nameof(ComputeException.Reason)).EqualTo(StopReason.StartupFailureExecutable));

    private static Build Build(string? path) => LaunchSample.Create(
        new ComputeId(new InstanceId("server"), 1), new ComputeHost("docker", "127.0.0.1", PortRange.Create(1, 1)), 1).Build with { ExecutablePath = path };
}
