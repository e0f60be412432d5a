// dotnet run --project samples/OwnProvider
//
// Another place for servers to run: an IComputeProvider in sixty lines, whose servers are tasks of this process. It passes the
// contract that PlayFlow.Core.Testing has for providers.
using OwnProvider;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute.Fake;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

var compute = new TaskComputeProvider(async game =>
{
    await game.WriteLineAsync($"a match for the players of port {game.Request.Ports[0].ExternalPort}");
    game.Open();
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, game.Stopping);
    return 0;
});
await using var fleet = await PlayFlowHost.StartAsync(new PlayFlowOptions(), compute, new FakeBuildProcessor());
var project = new ProjectId("default");
var build = (await fleet.CreateBuildAsync(project, Build.DefaultName, BuildType.Zip, Build.DefaultExecutablePath)).Value;
await fleet.ProcessBuildAsync(build.Id);
await fleet.WhenSettledAsync();

var start = new StartServerRequest { Name = "duel", Region = "us-east" }.Validate(fleet.Rules, new ViolationList()).Value;
var server = (await fleet.StartServerAsync(project, start)).Value;
server = (await fleet.WaitForStatusAsync(project, server.Id, ServerStatus.Running)).Value;
Console.WriteLine($"{server.Spec.Name} is {server.Status} on port {server.Ports[0].ExternalPort}");

await fleet.StopServerAsync(project, server.Id, StopReason.ShutdownSignal);
server = (await fleet.WaitForStatusAsync(project, server.Id, ServerStatus.Stopped)).Value;
foreach (var line in await fleet.ReadServerLogAsync(server, new LogQuery { Limit = 100 }))
{
    Console.WriteLine(line.Text);
}
