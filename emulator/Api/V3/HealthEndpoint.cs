using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>Says that the emulator is there. Needs no key and costs no token.</summary>
internal sealed class HealthEndpoint(TimeProvider time)
{
    /// <summary>The version of the API that is emulated.</summary>
    public const string ApiVersion = "3.0.0";

    /// <summary>Maps it.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/api/health", methods, AnswerAsync);
        routes.MapMethods("/health", methods, AnswerAsync);
    }

    private Task AnswerAsync(HttpContext http) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status200OK, time.GetUtcNow(), static (json, now) =>
        {
            json.WriteStartObject();
            json.WriteString("status"u8, "ok"u8);
            json.WriteString("version"u8, ApiVersion);
            WireTime.Write(json, "timestamp"u8, now);
            json.WriteEndObject();
        });
}
