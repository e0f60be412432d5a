using PlayFlow.Core.Docker.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>The tests have an engine of their own.</summary>
public sealed class EngineProcessTests
{
    [Test]
    public async Task Engine_OfTheTests_RunsAContainer()
    {
        var engine = await SharedEngine.GetAsync();

        Assert.That(await engine.DockerAsync("run", "--rm", SharedEngine.BaseImage, "/bin/sh", "-c", "echo from inside"), Is.EqualTo("from inside"));
    }
}
