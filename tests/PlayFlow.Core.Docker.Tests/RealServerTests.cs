using System.IO.Compression;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>Dedicated servers written by others, in containers, spoken to in their own protocol.</summary>
public sealed class RealServerTests
{
    private static readonly string? s_games = new[] { Environment.GetEnvironmentVariable("PLAYFLOW_GAMES"), Shared("..", "shared"), Shared("..", "..", "shared") }
        .FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "pack.sh")));

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

    [TestCase("teeworlds-server", 8303, "", "/game")]
    [TestCase("teeworlds-server", 9000, "\"sv_port {port:game}\"", "/game")]
    [TestCase("bzflag-server", 5154, "-p {port:game}", "")]
    public async Task Server_OnItsOwnPort_LetsPlayersOfSeveralCopiesIn(string name, int number, string args, string part)
    {
        var build = await PackAsync(name);
        var ports = Enumerable.Range(0, 2).Select(_ => DockerHarness.Port(PortProtocol.Udp, number)).ToList();
        foreach (var udp in ports)
        {
            NetworkPort[] both = [udp, DockerHarness.Port(PortProtocol.Tcp, number, "query", udp.ExternalPort)];
            await _harness.WaitOpenAsync(await _harness.LaunchAsync(_harness.Request(build, args, name == "bzflag-server" ? both : [udp])));
        }

        foreach (var udp in ports)
        {
            await ProbeAsync(name + part, udp.ExternalPort);
        }

        foreach (var status in await _harness.Provider.ListAsync(CancellationToken.None))
        {
            Assert.That((await _harness.StopAsync(status.Id)).Failure, Is.Null);
        }
    }

    private static string Shared(params string[] up)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PlayFlow.Core.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests are not in their repository.");
        }

        return Path.Combine([folder, .. up, "games"]);
    }

    private async Task<Build> PackAsync(string name)
    {
        if (s_games is null)
        {
            Assert.Ignore("the folder with real game servers is not there; set PLAYFLOW_GAMES to it");
        }

        var zip = Path.Combine(_harness.Folder, name + ".zip");
        var (code, output) = await Shell.RunAsync(Path.Combine(s_games, "pack.sh"), [name, zip]);
        if (code == 3)
        {
            Assert.Ignore(output);
        }

        Assert.That(code, Is.Zero, output);
        return _harness.AddBuild(folder => ZipFile.ExtractToDirectory(zip, folder), name);
    }

    private static Task ProbeAsync(string name, int port) => Probe.JoinAsync(s_games!, name, port);
}
