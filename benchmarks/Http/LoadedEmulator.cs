using System.Runtime.InteropServices;
using System.Text.Json;
using PlayFlow.Benchmarks.Emulator;

namespace PlayFlow.Benchmarks.Http;

/// <summary>An emulator under load, with a number of live servers that is the same before each round.</summary>
internal sealed class LoadedEmulator(HttpClient client, int port) : IDisposable
{
    private static readonly byte[] BeforeId = "{\"instance_id\":\""u8.ToArray();
    private static readonly Request Stop = Request.Delete($"/api/v3/servers/{Request.AnyId}");

    private readonly LoadGenerator _load = new(port);
    private readonly List<byte[]> _ids = [];
    private readonly List<byte[]> _surplus = [];

    /// <summary>The ids of the live servers.</summary>
    public IReadOnlyList<byte[]> Ids => _ids;

    public Task PrepareAsync() => Programs.AddBuildAsync(client);

    /// <summary>Starts servers until there are so many.</summary>
    public async Task FillAsync(Request start, int servers)
    {
        _load.Run(start, [], servers - _ids.Count, body => _ids.Add(IdOf(body)));
        await SettleAsync();
        new Random(1).Shuffle(CollectionsMarshal.AsSpan(_ids));
    }

    /// <summary>A round. Returns when all that it started runs and is stopped again, so that no work of it is left to the next.</summary>
    public async Task<Round> RunAsync(Request request, TimeSpan time)
    {
        var round = _load.Run(request, _ids, time, Note);
        await SettleAsync();
        _load.Run(Stop, _surplus, _surplus.Count);
        _surplus.Clear();
        await SettleAsync();
        return round;
    }

    public void Dispose() => _load.Dispose();

    private void Note(ReadOnlySpan<byte> body)
    {
        // A start answers with a server that is being launched.
        if (body.StartsWith(BeforeId) && body.IndexOf("\"status\":\"launching\""u8) >= 0)
        {
            _surplus.Add(IdOf(body));
        }
    }

    private static byte[] IdOf(ReadOnlySpan<byte> body) => body.Slice(BeforeId.Length, Request.AnyId.Length).ToArray();

    // All that was started runs, and all that was stopped is gone.
    private Task SettleAsync() => Programs.UntilAsync(async () =>
        await CountAsync("") == _ids.Count + _surplus.Count && await CountAsync("&include_launching=true") == _ids.Count + _surplus.Count);

    private async Task<int> CountAsync(string query)
    {
        using var page = JsonDocument.Parse(await client.GetByteArrayAsync($"/api/v3/servers?limit=1{query}"));
        return page.RootElement.GetProperty("total").GetInt32();
    }
}
