using System.Text;
using PlayFlow.Benchmarks.Emulator;
using PlayFlow.Benchmarks.Growth;

namespace PlayFlow.Benchmarks.Http;

/// <summary>
/// Prints what the emulator answers a second, beside a bare web application that answers the same bytes. Both are programs of their
/// own, as users run them, and take short turns: what else the machine does hits both. All but one call go to an emulator in whose
/// store a million servers have stopped.
/// </summary>
internal static class HttpFigures
{
    private const int Rounds = 7;

    // Of the first size, before anything is counted: both programs are compiled anew where they are hot, ours being the larger one.
    private const int WarmUps = 8;
    private const int BarePort = 8794;
    private const int MemoryPort = 8795;
    private const int DurablePort = 8796;

    private const string Start = "/api/v3/servers/start";

    private static readonly int[] Sizes = [10, 1_000, 100_000];
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(400);
    private static readonly string Data = Path.Combine(Path.GetTempPath(), $"playflow-http-{Environment.ProcessId}");

    private const string Body = """{"name":"match-1","region":"us-east","compute_size":"small","ttl":3600,"custom_data":{"map":"arena","mode":"ranked","players":[1,2,3,4]},"match_id":"b7d1a6de-7c0c-4d6f-9d0e-2f4d0a3b9c11"}""";

    public static async Task PrintAsync()
    {
        try
        {
            var growth = new GrowthFigures(Data);
            await growth.PrintBootAsync();
            await using var bareProgram = await Programs.StartBareAsync(BarePort, "--api");
            await using var memoryProgram = await Programs.StartEmulatorAsync(MemoryPort, [.. GrowthFigures.Fake, "--in-memory"]);
            await using var durableProgram = await Programs.StartEmulatorAsync(DurablePort, [.. GrowthFigures.Fake, "--data", Data]);
            using var bare = new LoadGenerator(BarePort);
            using var memory = new LoadedEmulator(memoryProgram.Client, MemoryPort);
            using var durable = new LoadedEmulator(durableProgram.Client, DurablePort);
            await memory.PrepareAsync();
            await durable.PrepareAsync();

            var table = new HttpTable();
            foreach (var size in Sizes)
            {
                await memory.FillAsync(Request.Post(Start, Body), size);
                await durable.FillAsync(Request.Post(Start, Body), size);
                growth.NoteMemory(size, durableProgram.ResidentMb);
                await CopyPageAsync(durableProgram.Client, bareProgram.Client);

                var get = Request.Get($"/api/v3/servers/{Request.AnyId}");
                await MeasureAsync("GET one server", 0.75, get, durable);
                await MeasureAsync($"list of {Math.Min(size, 50)}", 1.0, Request.Get("/api/v3/servers"), durable);
                await MeasureAsync("POST start, in memory", 0.5, Request.Post(Start, Body), memory);
                await MeasureAsync("POST start, durable", 0.4, Request.Post(Start, Body), durable);

                async Task MeasureAsync(string call, double goal, Request request, LoadedEmulator ours)
                {
                    var pairs = new List<(Round Ours, Round Bare)>();
                    for (var round = size == Sizes[0] ? -WarmUps : -1; round < Rounds; round++)
                    {
                        var floor = bare.Run(request, ours.Ids, RoundTime);
                        var measured = await ours.RunAsync(request, RoundTime);
                        if (round >= 0)
                        {
                            pairs.Add((measured, floor));
                        }
                    }

                    table.Add(call, size, goal, pairs);
                }
            }

            table.PrintFlatness();
            table.PrintBesideMock();
            growth.PrintMemory();
            await durableProgram.KillAsync();
            await growth.PrintBootAfterCrashAsync(Sizes[^1]);
        }
        finally
        {
            if (Directory.Exists(Data))
            {
                Directory.Delete(Data, recursive: true);
            }
        }
    }

    // The floor answers what the emulator answers, to the byte.
    private static async Task CopyPageAsync(HttpClient ours, HttpClient bare)
    {
        var page = await ours.GetByteArrayAsync("/api/v3/servers");
        using var content = new ByteArrayContent(page);
        content.Headers.ContentType = new("application/json");
        (await bare.PutAsync("/page", content)).EnsureSuccessStatusCode();
        var copy = await bare.GetByteArrayAsync("/api/v3/servers");
        if (!copy.AsSpan().SequenceEqual(page))
        {
            throw new InvalidOperationException($"The floor answers something else: {Encoding.UTF8.GetString(copy)} for {Encoding.UTF8.GetString(page)}");
        }
    }
}
