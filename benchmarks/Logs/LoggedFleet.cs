using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Process;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Sqlite;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Benchmarks.Logs;

/// <summary>
/// A fleet put together as the emulator does it, processes and SQLite, whose servers write numbered lines once they are told to.
/// </summary>
internal sealed class LoggedFleet : IAsyncDisposable
{
    private const int PageLines = 5_000;

    // One write a line, as a game that flushes each; between them it sleeps, so that twenty of them leave room on two processors.
    private const string Rest = " [2026-01-01 12:00:00.000] [Server] tick: 12 players, 3 rooms, frame 16.6 ms, 48213 bytes sent\n";

    private const string Writer = $$"""
        #!/usr/bin/perl
        use strict; use Time::HiRes qw(time sleep);
        my ($go, $lines, $rate) = @ARGV;
        sleep 0.005 until -e $go;
        my ($start, $n) = (time, 0);
        while ($n < $lines) {
          my $due = $rate ? int((time - $start) * $rate) : $lines;
          $due = $lines if $due > $lines;
          while ($n < $due) {
            syswrite STDOUT, "$n{{Rest}}";
            $n++;
          }
          sleep 0.01;
        }
        sleep 600;
        """;

    private static readonly ProjectId Project = new("default");

    private readonly string _folder;
    private readonly FleetOrchestrator _fleet;
    private readonly SqliteLogStore _store;

    private LoggedFleet(string folder, FleetOrchestrator fleet, SqliteLogStore store) => (_folder, _fleet, _store) = (folder, fleet, store);

    /// <summary>A fleet with a build to start, and no servers.</summary>
    /// <param name="retention">How much of each log is kept; what the emulator keeps when null.</param>
    public static async Task<LoggedFleet> StartAsync(LogRetention? retention = null)
    {
        var folder = Directory.CreateTempSubdirectory("playflow-logs-").FullName;
        var build = Directory.CreateDirectory(Path.Combine(folder, "builds", Build.DefaultName)).FullName;
        await File.WriteAllTextAsync(Path.Combine(build, Build.DefaultExecutablePath), Writer);
        var builds = new DirectoryBuilds(Path.Combine(folder, "builds"));
        var compute = new ProcessComputeProvider(
            new ProcessComputeOptions { DataDirectory = Path.Combine(folder, "servers") },
            builds,
            TimeProvider.System,
            NullLogger<ProcessComputeProvider>.Instance);
        var store = new SqliteLogStore(Path.Combine(folder, "logs.db"), retention);
        var fleet = await PlayFlowHost.StartAsync(
            new PlayFlowOptions(), compute, builds, new SqliteFleetStore(Path.Combine(folder, "fleet.db")), store);
        await fleet.ChangeSettingsAsync(Project, settings => settings with { Ports = [] });
        await fleet.AddBuildAsync(Project);
        return new LoggedFleet(folder, fleet, store);
    }

    /// <summary>Starts servers that wait for <see cref="Go"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="lines">How many lines each writes.</param>
    /// <param name="rate">How many lines a second; as fast as it can when 0.</param>
    public async Task<IReadOnlyList<GameServer>> StartServersAsync(int count, int lines, int rate)
    {
        var servers = new List<GameServer>();
        for (var i = 0; i < count; i++)
        {
            var request = new StartServerRequest
            {
                Name = $"writer-{i}", Region = "us-east", StartupArgs = $"{GoFile} {lines} {rate}",
            };
            servers.Add((await _fleet.StartServerAsync(Project, request.Validate(_fleet.Rules, new ViolationList()).Value)).Value);
        }

        foreach (var server in servers)
        {
            await _fleet.WaitForStatusAsync(Project, server.Id, ServerStatus.Running);
        }

        return servers;
    }

    private string GoFile => Path.Combine(_folder, "go");

    /// <summary>Lets those that wait begin.</summary>
    public void Go() => File.WriteAllText(GoFile, string.Empty);

    /// <summary>Makes those that are started from now on wait again.</summary>
    public void Hold() => File.Delete(GoFile);

    /// <summary>Reads the first lines of a log as the API does: up to the last line its process has written.</summary>
    public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(GameServer server, int lines) =>
        _fleet.ReadServerLogAsync(server, new LogQuery { Limit = lines });

    /// <summary>Completes when so many lines of each server were kept.</summary>
    public async Task UntilKeptAsync(IReadOnlyList<GameServer> servers, int lines)
    {
        var end = Enumerable.Range(0, lines).Sum(number => (long)$"{number}{Rest}".Length);
        foreach (var server in servers)
        {
            while (await _store.GetPositionAsync(server.Compute, LogLevel.Info, CancellationToken.None) < end)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }

    /// <summary>The numbers of the lines a server wrote, as they are kept, in order.</summary>
    public async Task<List<int>> ReadNumbersAsync(GameServer server)
    {
        var numbers = new List<int>();
        IReadOnlyList<LogRecord> page;
        var after = 0L;
        do
        {
            page = await _store.ReadAsync(
                new LogQuery { Source = SourceOf(server), AfterSequence = after, Limit = PageLines }, CancellationToken.None);
            after = page.Count == 0 ? after : page[^1].Sequence;
            numbers.AddRange(page.Where(line => line.Compute is not null).Select(line => int.Parse(line.Text.AsSpan(0, line.Text.IndexOf(' ')), provider: null)));
        }
        while (page.Count == PageLines);
        return numbers;
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.StopServersAsync(StopReason.ShutdownSignal);
        await _fleet.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static LogSource SourceOf(GameServer server) => new(LogSourceKind.Server, server.Id.Value);
}
