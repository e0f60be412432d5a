// dotnet run --project samples/ApiClient -- FILE.zip [EXECUTABLE]
//
// A client of the HTTP API with nothing but HttpClient: uploads a build, starts a server, plays, reads its log, stops it. Speaks to
// the address in PLAYFLOW_URL with the key in PLAYFLOW_KEY, by default to an emulator on this machine; with the service's address
// and your key it does the same there.
using System.Net.Sockets;
using System.Text;
using ApiClient;

if (args is not [var archive, ..] || !File.Exists(archive))
{
    Console.Error.WriteLine("usage: ApiClient FILE.zip [EXECUTABLE]");
    return 2;
}

var url = Environment.GetEnvironmentVariable("PLAYFLOW_URL") ?? "http://127.0.0.1:8787";
var key = Environment.GetEnvironmentVariable("PLAYFLOW_KEY") ?? "pf_local";
using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
using var api = new PlayFlowClient(new Uri(url), key);
try
{
    var build = await api.UploadAsync(archive, args.ElementAtOrDefault(1) ?? "EchoGameServer", deadline.Token);
    Console.WriteLine($"build {build.Name} version {build.Version} is {build.Status}");

    var server = await api.StartAsync(new StartServer("duel", "us-east") { Ttl = 600 }, deadline.Token);
    server = await api.WaitUntilRunningAsync(server.InstanceId, deadline.Token);
    var port = server.NetworkPorts.First(static port => port.Protocol == "udp");
    Console.WriteLine($"{server.Name} is {server.Status}: players connect to {port.Host}:{port.ExternalPort}");

    using var player = new UdpClient(port.Host, port.ExternalPort);
    await player.SendAsync("hello"u8.ToArray(), deadline.Token);
    Console.WriteLine($"the game answers: {Encoding.UTF8.GetString((await player.ReceiveAsync(deadline.Token)).Buffer)}");

    foreach (var line in await api.ReadLogAsync(server.InstanceId, deadline.Token))
    {
        Console.WriteLine($"log: {line.Message}");
    }

    await api.StopAsync(server.InstanceId, "match_over", deadline.Token);
    Console.WriteLine($"{server.Name} is {(await api.GetAsync(server.InstanceId, deadline.Token)).Status}");
    return 0;
}
catch (PlayFlowException refused)
{
    Console.Error.WriteLine($"refused with {refused.Status}: {refused.Message}");
    return 1;
}
catch (HttpRequestException unreachable)
{
    Console.Error.WriteLine($"{url} does not answer: {unreachable.Message}");
    return 1;
}
