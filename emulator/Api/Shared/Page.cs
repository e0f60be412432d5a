using System.Text.Json;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The part of a list that is asked for.</summary>
/// <param name="Offset">How many items come before it.</param>
/// <param name="Limit">How many items it has at most.</param>
internal readonly record struct Page(int Offset, int Limit)
{
    /// <summary>True when items come after the page.</summary>
    public bool HasMore(int returned, long total) => Offset + (long)returned < total;

    /// <summary>Writes what clients check before they trust a page: both numbers as they were used, and whether there is more.</summary>
    public void WriteEnd(Utf8JsonWriter json, int returned, long total)
    {
        json.WriteNumber("limit"u8, Limit);
        json.WriteNumber("offset"u8, Offset);
        json.WriteBoolean("has_more"u8, HasMore(returned, total));
    }
}
