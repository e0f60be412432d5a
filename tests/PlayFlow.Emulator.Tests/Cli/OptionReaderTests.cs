using System.CommandLine;
using System.Net;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Cli;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Tests.Cli;

/// <summary>What the command line and the environment make of the options.</summary>
internal sealed class OptionReaderTests
{
    private static IEnumerable<Option> Options => new OptionSet().All;

    [Test]
    public void Read_OfNothing_GivesTheDefaults()
    {
        var read = Read([], []);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read, Is.EqualTo(new EmulatorOptions()));
            Assert.That(read.Host, Is.EqualTo(IPAddress.Loopback));
            Assert.That(read.Port, Is.EqualTo(8787));
            Assert.That(read.PublicHost, Is.EqualTo("127.0.0.1"));
            Assert.That(read.Provider, Is.EqualTo(ComputeKind.Process));
            Assert.That(read.DockerHost, Is.Null);
            Assert.That(read.DockerBaseImage, Is.EqualTo("debian:bookworm-slim"));
            Assert.That(read.DataDirectory, Is.EqualTo(".playflow"));
            Assert.That(read.InMemory, Is.False);
            Assert.That(read.Plan, Is.SameAs(Plan.Pro));
            Assert.That(read.Keys, Is.EqualTo(new ProjectKeys("pf_local", "pfclient_local")));
            Assert.That(read.Ports.ToString(), Is.EqualTo("30000-39999"));
            Assert.That(read.Rules.StopGrace, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(read.ReadyFile, Is.Null);
            Assert.That(read.RateLimit, Is.True);
        }
    }

    [Test]
    public void Read_OfEverything_TakesIt()
    {
        var read = Read(
        [
            "--host", "::1", "--port", "0", "--public-host", "game.example", "--provider", "fake", "--data", "/tmp/x", "--in-memory", "--plan", "free",
            "--server-key", "pf_a", "--client-key", "pfclient_b", "--port-range", "40000-40009", "--stop-grace", "0.5", "--ready-file", "r.json",
            "--log-level", "Debug", "--no-rate-limit", "--rate-limit-scale", "2.5", "--launch-timeout", "120", "--processing-delay", "3",
            "--docker-host", "unix:///run/d.sock", "--docker-base-image", "alpine:3", "--any-region", "--no-client-start", "--no-restart-after-clean-exit", "--lenient-nulls", "--plan-limit-status", "409",
        ],
        []);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Host, Is.EqualTo(IPAddress.IPv6Loopback));
            Assert.That(read.Port, Is.Zero);
            Assert.That(read.PublicHost, Is.EqualTo("game.example"));
            Assert.That(read.Provider, Is.EqualTo(ComputeKind.Fake));
            Assert.That(read.DockerHost, Is.EqualTo(new Uri("unix:///run/d.sock")));
            Assert.That(read.DockerBaseImage, Is.EqualTo("alpine:3"));
            Assert.That(read.DataDirectory, Is.EqualTo("/tmp/x"));
            Assert.That(read.InMemory, Is.True);
            Assert.That(read.Plan, Is.SameAs(Plan.Free));
            Assert.That(read.Keys, Is.EqualTo(new ProjectKeys("pf_a", "pfclient_b")));
            Assert.That(read.Ports.ToString(), Is.EqualTo("40000-40009"));
            Assert.That(read.Rules.StopGrace, Is.EqualTo(TimeSpan.FromMilliseconds(500)));
            Assert.That(read.ReadyFile, Is.EqualTo("r.json"));
            Assert.That(read.LogLevel, Is.EqualTo(Microsoft.Extensions.Logging.LogLevel.Debug));
            Assert.That(read.RateLimit, Is.False);
            Assert.That(read.RateLimitScale, Is.EqualTo(2.5m));
            Assert.That(read.ProcessingDelay, Is.EqualTo(TimeSpan.FromSeconds(3)));
            Assert.That(read.Rules.LaunchTimeout, Is.EqualTo(TimeSpan.FromSeconds(120)));
            Assert.That(read.Rules.AcceptAnyRegion, Is.True);
            Assert.That(read.Rules.ClientKeyMayStart, Is.False);
            Assert.That(read.Rules.RestartAfterCleanExit, Is.False);
            Assert.That(read.Conduct, Is.EqualTo(new ApiConduct { PlanLimitStatus = 409, AcceptNulls = true }));
        }
    }

    [Test]
    public void Read_OfBoth_PrefersTheCommandLine()
    {
        var environment = new Dictionary<string, string> { ["PLAYFLOW_PORT"] = "1", ["PLAYFLOW_PLAN"] = "free", ["PLAYFLOW_IN_MEMORY"] = "true" };
        var read = Read(["--port", "2", "--in-memory", "false"], environment);
        Assert.That((read.Port, read.Plan.Name, read.InMemory), Is.EqualTo((2, "free", false)));
    }

    [TestCase("1", true)]
    [TestCase("True", true)]
    [TestCase("0", false)]
    [TestCase("false", false)]
    [TestCase("", false)]
    public void Read_OfAFlagInTheEnvironment_UnderstandsIt(string value, bool expected) =>
        Assert.That(Read([], new() { ["PLAYFLOW_IN_MEMORY"] = value }).InMemory, Is.EqualTo(expected));

    [TestCase("--port", "-1", "a port")]
    [TestCase("--port", "65536", "a port")]
    [TestCase("--port", "http", "a port")]
    [TestCase("--host", "nonsense", "an IP address")]
    [TestCase("--public-host", "a b", "a host name")]
    [TestCase("--provider", "podman", "process, docker or fake")]
    [TestCase("--docker-host", "docker.sock", "unix:///path")]
    [TestCase("--plan", "gold", "free or pro")]
    [TestCase("--server-key", "secret", "pf_")]
    [TestCase("--server-key", "pfclient_x", "pf_")]
    [TestCase("--client-key", "pf_x", "pfclient_")]
    [TestCase("--port-range", "39999-30000", "a range")]
    [TestCase("--port-range", "30000", "a range")]
    [TestCase("--stop-grace", "-1", "seconds")]
    [TestCase("--stop-grace", "3601", "seconds")]
    [TestCase("--log-level", "loud", "log level")]
    [TestCase("--rate-limit-scale", "0", "a factor")]
    [TestCase("--rate-limit-scale", "1001", "a factor")]
    [TestCase("--launch-timeout", "0.5", "from 1 to 3600")]
    [TestCase("--processing-delay", "soon", "seconds")]
    [TestCase("--plan-limit-status", "404", "403, 402 and 409")]
    public void Read_OfAWrongValue_NamesItsSourceAndWhatItShouldBe(string option, string value, string expected)
    {
        var variable = "PLAYFLOW_" + option[2..].Replace('-', '_').ToUpperInvariant();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Read([option, value], []), Throws.TypeOf<StartException>()
                .With.Message.StartsWith($"{option}: ").And.Message.Contains(expected).And.Message.Not.Contains("secret"));
            Assert.That(() => Read([], new() { [variable] = value }), Throws.TypeOf<StartException>()
                .With.Message.StartsWith($"{variable}: ").And.Message.Contains(expected));
        }
    }

    [TestCase("0.0.0.0")]
    [TestCase("*")]
    [TestCase("192.0.2.7")]
    [TestCase("::")]
    public void Read_OfAnAddressOthersReach_NeedsKeysOfOnesOwn(string host)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Read(["--host", host], []), Throws.TypeOf<StartException>().With.Message.Contains("--allow-default-keys"));
            Assert.That(() => Read(["--host", host, "--server-key", "pf_own"], []), Throws.TypeOf<StartException>());
            Assert.That(Read(["--host", host, "--allow-default-keys"], []).Keys.ServerKey, Is.EqualTo("pf_local"));
            Assert.That(Read(["--host", host, "--server-key", "pf_own", "--client-key", "pfclient_own"], []).Keys.ServerKey, Is.EqualTo("pf_own"));
        }
    }

    [TestCaseSource(nameof(Options))]
    public void Help_NamesTheVariableOfEachOption(Option option) =>
        Assert.That(option.Description, Does.EndWith($"[PLAYFLOW_{option.Name[2..].Replace('-', '_').ToUpperInvariant()}]"));

    private static EmulatorOptions Read(string[] arguments, Dictionary<string, string> environment)
    {
        var options = new OptionSet();
        var root = new RootCommand();
        foreach (var option in options.All)
        {
            root.Options.Add(option);
        }

        return new OptionReader(options, root.Parse(arguments), environment.GetValueOrDefault).Read();
    }
}
