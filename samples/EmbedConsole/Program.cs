// dotnet run --project samples/EmbedConsole
//
// A fleet inside a console program: runs a real game server as a process, talks to it as a player would, and stops it.
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Process;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
var data = Directory.CreateTempSubdirectory("playflow-sample-").FullName;
var builds = new DirectoryBuilds(Path.Combine(AppContext.BaseDirectory, "builds"));
var compute = new ProcessComputeProvider(
    new ProcessComputeOptions { DataDirectory = data }, builds, TimeProvider.System, NullLogger<ProcessComputeProvider>.Instance);
await using (var fleet = await PlayFlowHost.StartAsync(new PlayFlowOptions(), compute, builds))
{
    var project = new ProjectId("default");
    var executable = OperatingSystem.IsWindows() ? "EchoGameServer.exe" : "EchoGameServer";
    var build = (await fleet.CreateBuildAsync(project, Build.DefaultName, BuildType.Zip, executable)).Value;
    await fleet.ProcessBuildAsync(build.Id);
    await fleet.WhenSettledAsync();

    var request = new StartServerRequest { Name = "duel", Region = "us-east", Ttl = 600 };
    var start = request.Validate(fleet.Rules, new ViolationList()).Value;
    var server = (await fleet.StartServerAsync(project, start)).Value;
    server = (await fleet.WaitForStatusAsync(project, server.Id, ServerStatus.Running, deadline.Token)).Value;
    var port = server.Ports[0];
    Console.WriteLine($"{server.Spec.Name} is running: players connect to {port.Host}:{port.ExternalPort}");

    using var player = new UdpClient(port.Host, port.ExternalPort);
    await player.SendAsync("hello"u8.ToArray(), deadline.Token);
    Console.WriteLine($"the game answers: {Encoding.UTF8.GetString((await player.ReceiveAsync(deadline.Token)).Buffer)}");

    server = (await fleet.StopServerAsync(project, server.Id, StopReason.ShutdownSignal)).Value;
    Console.WriteLine($"{server.Spec.Name} has stopped: {server.StopReason}");

    // It counts as stopped at once; its process has a grace to end in, and runs on if nobody waits for that.
    await fleet.StopServersAsync(StopReason.ShutdownSignal, deadline.Token);
}

Directory.Delete(data, recursive: true);
