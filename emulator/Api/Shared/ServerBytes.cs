using PlayFlow.Core.Servers;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// The JSON of servers, kept while it is asked for: a server's record never changes, it is replaced. Of a fixed size; servers
/// whose numbers meet push one another out. Safe to call from any thread.
/// </summary>
internal sealed class ServerBytes
{
    private const int Slots = 1 << 13;

    // Servers with much custom data are made anew each time, so that what is kept stays below some 32 MB.
    private const int MaxKeptBytes = 4096;

    private readonly Kept?[] _kept = new Kept?[Slots];

    /// <summary>A server as JSON in UTF-8. Not to be changed.</summary>
    public byte[] Of(GameServer server)
    {
        ref var slot = ref _kept[server.Number & (Slots - 1)];
        if (Volatile.Read(ref slot) is { } kept && ReferenceEquals(kept.Server, server))
        {
            return kept.Json;
        }

        var json = JsonAnswer.ToBytes(server, ServerJson.Write);
        if (json.Length <= MaxKeptBytes)
        {
            Volatile.Write(ref slot, new Kept(server, json));
        }

        return json;
    }

    private sealed record Kept(GameServer Server, byte[] Json);
}
