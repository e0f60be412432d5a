using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Docker;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Process;
using PlayFlow.Core.Sqlite;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Tests.Hosting;

/// <summary>What options are refused, and in which words.</summary>
public sealed class OptionsTests
{
    [Test]
    public void Defaults_AreAccepted() => Assert.That(Faults(_ => { }), Is.Empty);

    [Test]
    public void Everything_Wrong_IsListedAtOnce()
    {
        var faults = Faults(options =>
        {
            options.Fleet.ApiUrl = "localhost:8787";
            options.Fleet.MaxConcurrentLaunches = 0;
            options.Fleet.EntriesPerSnapshot = -1;
            options.Fleet.PoolInterval = TimeSpan.Zero;
            options.Fleet.MaxMetricBytes = -1;
            options.Fleet.StoreRetryDelay = TimeSpan.FromDays(50);
            options.Fleet.Rules = new FleetRules
            {
                MinTtl = TimeSpan.FromHours(2),
                MaxTtl = TimeSpan.FromHours(1),
                MaxAutoRestarts = -1,
                FirstRestartDelay = TimeSpan.FromSeconds(31),
                StopGrace = TimeSpan.FromSeconds(-1),
                KillRetry = TimeSpan.Zero,
                LaunchTimeout = TimeSpan.Zero,
                PortCoolDown = TimeSpan.FromSeconds(-1),
                ForeignPortRest = TimeSpan.MaxValue,
                StoppedServersInMemory = -1,
            };
            options.Projects.Add(new ProjectOptions { Name = "", ServerKey = "secret", Plan = null! });
            options.Projects.Add(new ProjectOptions { Id = "", ServerKey = "pf_2", ClientKey = "pf_2" });
            options.Projects.Add(null!);
        });

        string[] expected =
        [
            "Fleet.Rules.MinTtl (02:00:00) is longer than Fleet.Rules.MaxTtl (01:00:00).",
            "Fleet.Rules.MaxAutoRestarts is -1: it is 0 or more.",
            "Fleet.Rules.FirstRestartDelay (00:00:31) is longer than Fleet.Rules.LongestRestartDelay (00:00:30).",
            "Fleet.Rules.StopGrace is -00:00:01: it is 0 to 3650 days.",
            "Fleet.Rules.KillRetry is 00:00:00: it is more than 0 and at most 3650 days.",
            "Fleet.Rules.LaunchTimeout is 00:00:00: it is more than 0 and at most 3650 days.",
            "Fleet.Rules.PortCoolDown is -00:00:01: it is 0 to 3650 days.",
            "Fleet.Rules.ForeignPortRest is 10675199.02:48:05.4775807: it is 0 to 3650 days.",
            "Fleet.Rules.StoppedServersInMemory is -1: it is 0 or more.",
            "Fleet.ApiUrl 'localhost:8787' is not the address of an API: it begins with http:// or https://.",
            "Fleet.MaxConcurrentLaunches is 0: it is 1 or more.",
            "Fleet.EntriesPerSnapshot is -1: it is 1 or more.",
            "Fleet.PoolInterval is 00:00:00: it is 1 ms to 49 days.",
            "Fleet.MaxMetricBytes is -1: it is 0 or more.",
            "Fleet.StoreRetryDelay is 50.00:00:00: it is 1 ms to 49 days.",
            "Projects[1].Id 'default' is another project's too.",
            "Projects[1].Name is empty: leave it out, or give one.",
            "Projects[1].ServerKey is not 'pf_' followed by letters, digits, '_' and '-'.",
            "Projects[1].ClientKey is the key of another project too: a key tells which project calls.",
            "Projects[1].Plan is null.",
            "Projects[2].Id is empty.",
            "Projects[2].ClientKey is not 'pfclient_' followed by letters, digits, '_' and '-'.",
            "Projects[3] is null.",
        ];
        Assert.That(faults, Is.EqualTo(expected));
    }

    [Test]
    public void Nothing_At_All_IsNamedPartByPart()
    {
        var faults = Faults(
            options =>
            {
                options.Fleet.Rules = null!;
                options.Projects.Clear();
            },
            _ => { });

        Assert.That(faults.Select(fault => fault.Split(':')[0]), Is.EqualTo(new[]
        {
            "Fleet.Rules is null.", "Nothing runs servers", "Nothing prepares builds", "Nothing remembers the fleet", "Nothing keeps logs",
        }));
    }

    [Test]
    public void Without_A_Container_TheSameIsRefused()
    {
        var options = new PlayFlowOptions { Fleet = null! };

        Assert.That(
            async () => await PlayFlowHost.StartAsync(
                options, new FakeComputeProvider(new FakeComputeOptions(), TimeProvider.System), new FakeBuildProcessor()),
            Throws.TypeOf<OptionsValidationException>().With.Property(nameof(OptionsValidationException.Failures)).EqualTo(new[] { "Fleet is null." }));
    }

    [Test]
    public async Task Providers_And_Stores_AreCheckedAtTheStartToo()
    {
        var fault = await Assert.ThrowsAsync<AggregateException>(() => StartAsync(_ => { }, builder => builder
            .UseProcessCompute("builds", options =>
            {
                options.DataDirectory = " ";
                options.Address = "http://here";
                options.Ports = default;
                options.CachedBuilds = 0;
                options.PortConflictTimeout = TimeSpan.Zero;
            })
            .UseDockerCompute(new DirectoryBuilds("builds"), options =>
            {
                options.DataDirectory = " ";
                options.BaseImage = "";
                options.Endpoint = new Uri("docker.sock", UriKind.Relative);
                options.Address = "http://here";
                options.BindAddress = "here";
                options.Ports = default;
                options.MaxProcesses = 0;
                options.RequestTimeout = TimeSpan.Zero;
            })
            .UseSqliteStore(options =>
            {
                options.Directory = "";
                options.Retention = new LogRetention { MaxLines = 0 };
            })));

        var faults = fault!.InnerExceptions.OfType<OptionsValidationException>().SelectMany(one => one.Failures);
        Assert.That(faults, Is.EquivalentTo(new[]
        {
            "Process compute: DataDirectory is empty.",
            "Process compute: Address 'http://here' is neither a name nor an IP address.",
            "Process compute: Ports is no range: make one with PortRange.Create.",
            "Process compute: CachedBuilds is 0: it is 1 or more.",
            "Process compute: PortConflictTimeout is 00:00:00: it is more than 0 and at most 30 days.",
            "Docker compute: DataDirectory is empty.",
            "Docker compute: BaseImage is empty.",
            "Docker compute: Endpoint 'docker.sock' is no absolute URI.",
            "Docker compute: Address 'http://here' is neither a name nor an IP address.",
            "Docker compute: BindAddress 'here' is no IP address.",
            "Docker compute: Ports is no range: make one with PortRange.Create.",
            "Docker compute: MaxProcesses is 0: it is 1 or more.",
            "Docker compute: RequestTimeout is 00:00:00: it is more than 0 and at most an hour.",
            "SQLite store: Directory is empty.",
            "SQLite store: Retention keeps at least one line and one byte of each log.",
        }));
    }

    private static IEnumerable<string> Faults(Action<PlayFlowOptions> configure, Action<PlayFlowBuilder>? parts = null)
    {
        try
        {
            StartAsync(configure, parts ?? (builder => builder.UseFakeCompute().UseInMemoryStore())).GetAwaiter().GetResult();
            return [];
        }
        catch (OptionsValidationException invalid)
        {
            return invalid.Failures;
        }
    }

    private static async Task StartAsync(Action<PlayFlowOptions> configure, Action<PlayFlowBuilder> parts)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        parts(builder.Services.AddPlayFlow(configure));
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }
}
