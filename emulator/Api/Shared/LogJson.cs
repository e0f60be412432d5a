using System.Text.Json;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The log line object of the API.</summary>
internal static class LogJson
{
    /// <summary>Writes what all log lines have; the object is left open.</summary>
    public static void Begin(Utf8JsonWriter json, LogRecord line)
    {
        json.WriteStartObject();
        WireTime.Write(json, "timestamp"u8, line.Timestamp);
        json.WriteString("message"u8, line.Text);
        json.WriteString("level"u8, line.Level is Core.Telemetry.LogLevel.Error ? "error"u8 : "info"u8);
    }
}
