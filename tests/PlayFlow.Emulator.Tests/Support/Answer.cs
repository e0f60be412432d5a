using System.Net.Http.Headers;
using System.Text.Json;

namespace PlayFlow.Emulator.Tests.Support;

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? ContentType => ContentHeaders.ContentType?.ToString();

    public string Text(string property) => Json.GetProperty(property).GetString()!;

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    public static async Task<Answer> OfAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers);

    public override string ToString() => $"{Status} {Body}";
}
