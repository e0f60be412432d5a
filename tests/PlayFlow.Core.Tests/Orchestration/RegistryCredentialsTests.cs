using System.Text;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Tests.Orchestration;

/// <summary>The credentials for a build's image: handed over once, and told to nobody else.</summary>
public sealed class RegistryCredentialsTests
{
    private static readonly RegistryCredentials Credentials = new("player", "hunter 2?");

    [Test]
    public async Task Processing_GetsThemOnce()
    {
        var processor = new Taker();
        await using var host = await Host.StartAsync(builds: processor);
        var build = (await host.Fleet.CreateBuildAsync(
            Host.Project, "img", BuildType.DockerImage, null, "ghcr.io/a/b:1", credentials: Credentials)).Value;
        await host.Fleet.WhenSettledAsync();
        await host.Fleet.ProcessBuildAsync(build.Id);
        await host.Fleet.WhenSettledAsync();

        Assert.That(processor.Taken, Is.EqualTo(new[] { Credentials, null }));
    }

    [Test]
    public async Task Build_ThatIsRefused_KeepsNone()
    {
        var processor = new Taker();
        await using var host = await Host.StartAsync(builds: processor);
        var id = host.Fleet.NextBuildId();
        var refused = await host.Fleet.CreateBuildAsync(
            new ProjectId("nobody"), "img", BuildType.DockerImage, null, "ghcr.io/a/b:1", id, Credentials);
        Assert.That(refused.Problem, Is.Not.Null);
        await host.Fleet.CreateBuildAsync(Host.Project, "img", BuildType.DockerImage, null, "ghcr.io/a/b:1", id);
        await host.Fleet.WhenSettledAsync();

        Assert.That(processor.Taken, Is.EqualTo(new RegistryCredentials?[] { null }));
    }

    [Test]
    public void Text_TellsNothing() => Assert.That($"{Credentials}", Is.EqualTo("***"));

    [Test]
    public void Redact_HidesThePassword_HoweverItIsWritten()
    {
        var header = Convert.ToBase64String(Encoding.UTF8.GetBytes("player:hunter 2?"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Credentials.Redact($"said hunter 2?, Basic {header}, ?p=hunter%202%3F by player"), Is.EqualTo("said ***, Basic ***, ?p=*** by player"));
            Assert.That(new RegistryCredentials("player", string.Empty).Redact("as it was"), Is.EqualTo("as it was"));
        }
    }

    /// <summary>Notes what it is given, and fails each build, so that it may be processed again.</summary>
    private sealed class Taker : IBuildProcessor
    {
        public List<RegistryCredentials?> Taken { get; } = [];

        public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken) =>
            throw new AssertionException("asked without being given the credentials");

        public Task<string?> ProcessAsync(Build build, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
        {
            Taken.Add(credentials);
            return Task.FromResult<string?>("not now");
        }

        public Task DeleteAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
