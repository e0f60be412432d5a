using System.Globalization;
using System.Text.Json;

namespace PlayFlow.Emulator.Tests.OpenApi.Check;

/// <summary>An operation of the document.</summary>
internal sealed class DocumentedOperation(ApiDescription description, string method, string path, JsonElement json)
{
    public string Method => method;

    public string Path => path;

    public JsonElement Json => json;

    /// <summary>The statuses it may answer with.</summary>
    public IEnumerable<int> Statuses => json.GetProperty("responses").EnumerateObject()
        .Select(response => int.Parse(response.Name, CultureInfo.InvariantCulture));

    /// <summary>Its query parameters.</summary>
    public IEnumerable<JsonElement> Queries => json.TryGetProperty("parameters", out var parameters)
        ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query")
        : [];

    /// <summary>The schema of its JSON body, or null.</summary>
    public JsonElement? Body => json.TryGetProperty("requestBody", out var body)
        && body.GetProperty("content").TryGetProperty("application/json", out var content)
            ? description.Schemas.Resolve(content.GetProperty("schema"))
            : null;

    /// <summary>Everything in which an answer differs from the document.</summary>
    public IReadOnlyList<string> Check(int status, string? contentType, Func<string, bool> hasHeader, ReadOnlyMemory<byte> body)
    {
        if (!json.GetProperty("responses").TryGetProperty(status.ToString(CultureInfo.InvariantCulture), out var response))
        {
            return [$"status {status} is not documented, only {string.Join(", ", Statuses)}"];
        }

        response = description.Schemas.Resolve(response);
        var wrong = new List<string>();
        if (response.TryGetProperty("headers", out var headers))
        {
            wrong.AddRange(headers.EnumerateObject().Where(header => !hasHeader(header.Name)).Select(header => $"header {header.Name} is missing"));
        }

        if (!response.TryGetProperty("content", out var contents))
        {
            return body.IsEmpty ? wrong : [.. wrong, "there is a body, and none is documented"];
        }

        if (contentType is null || !contents.TryGetProperty(contentType, out var content))
        {
            return [.. wrong, $"content type {contentType ?? "none"} is not documented"];
        }

        return [.. wrong, .. CheckBody(content.GetProperty("schema"), status, body)];
    }

    public override string ToString() => $"{method} {path}";

    private IEnumerable<string> CheckBody(JsonElement schema, int status, ReadOnlyMemory<byte> body)
    {
        JsonElement value;
        try
        {
            value = JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException fault)
        {
            return [$"the body is not JSON: {fault.Message}"];
        }

        var wrong = description.Schemas.Check(schema, value);
        return status >= 400 && value.GetProperty("status").GetInt32() != status ? [.. wrong, "the envelope tells another status"] : wrong;
    }
}
