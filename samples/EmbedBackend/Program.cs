// dotnet run --project samples/EmbedBackend
//
// A fleet inside a web backend, by dependency injection: POST /matches/NAME starts a game server and answers with its address.
// Made-up servers keep the sample small: in earnest, say UseProcessCompute("builds") and UseSqliteStore("data") instead.
using PlayFlow.Core.Builds;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

var project = new ProjectId("arena");
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services
    .AddPlayFlow(options =>
    {
        options.Projects[0].Id = project.Value;
        options.Projects[0].Plan = Plan.Free;
    })
    .UseFakeCompute()
    .UseInMemoryStore();

var app = builder.Build();
app.MapPost("/matches/{name}", async (string name, FleetOrchestrator fleet, CancellationToken cancellationToken) =>
{
    var request = new StartServerRequest { Name = name, Region = "eu-west" };
    if (!request.Validate(fleet.Rules, new ViolationList()).TryGetValue(out var start, out var problem)
        || !(await fleet.StartServerAsync(project, start)).TryGetValue(out var server, out problem))
    {
        return Results.Text(problem.Message, statusCode: StatusCodes.Status409Conflict);
    }

    var running = (await fleet.WaitForStatusAsync(project, server.Id, ServerStatus.Running, cancellationToken)).Value;
    return Results.Text($"{running.Ports[0].Host}:{running.Ports[0].ExternalPort}");
});
await app.StartAsync();

// Once, when a new version of the game is there.
var fleet = app.Services.GetRequiredService<FleetOrchestrator>();
var build = (await fleet.CreateBuildAsync(project, Build.DefaultName, BuildType.Zip, Build.DefaultExecutablePath)).Value;
await fleet.ProcessBuildAsync(build.Id);
await fleet.WhenSettledAsync();

// What two players' clients get: the free plan has room for one match.
using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
foreach (var match in new[] { "duel", "rematch" })
{
    using var answer = await client.PostAsync($"/matches/{match}", null);
    Console.WriteLine($"{match}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
}

await app.StopAsync();
await app.DisposeAsync();
