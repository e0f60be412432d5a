using System.Text;
using NUnit.Framework;

namespace PlayFlow.Emulator.Tests.OpenApi.Check;

/// <summary>
/// Stands between a test and the emulator, and fails the test when an answer of version 3 is not what the document says: status,
/// headers, content type, and every member of the body.
/// </summary>
internal sealed class DocumentedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MostShown = 2_000;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        var method = request.Method == HttpMethod.Head ? "GET" : request.Method.Method;
        var operation = ApiDescription.Served.Find(method, path);
        if (request.Method != HttpMethod.Options && request.Method != HttpMethod.Head && (operation is not null || IsOfV3(path)))
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            await CheckAsync(operation, request, response, cancellationToken);
        }

        return response;
    }

    private static bool IsOfV3(string path) => path.Contains("/api/v3/", StringComparison.Ordinal);

    private static async Task CheckAsync(
        DocumentedOperation? operation, HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = (int)response.StatusCode;
        var wrong = operation is null
            ? CheckUnknown(status, body)
            : operation.Check(status, response.Content.Headers.ContentType?.ToString(), name => response.Headers.Contains(name), body);
        if (wrong.Count > 0)
        {
            var text = Encoding.UTF8.GetString(body);
            throw new AssertionException(
                $"{request.Method} {request.RequestUri!.PathAndQuery} answered {status}, and not as {operation?.ToString() ?? "an unknown route"} is documented:\n"
                + string.Concat(wrong.Select(complaint => $"  {complaint}\n"))
                + (text.Length <= MostShown ? text : text[..MostShown] + "…"));
        }

        if (operation is not null)
        {
            SeenAnswers.Add(operation, status);
        }
    }

    // No operation: there is nothing to say but that, in the envelope.
    private static IReadOnlyList<string> CheckUnknown(int status, byte[] body)
    {
        if (status is not (404 or 405))
        {
            return ["there is no such operation in the document"];
        }

        using var json = System.Text.Json.JsonDocument.Parse(body);
        var description = ApiDescription.Served;
        return description.Schemas.Check(description.Component("schemas", "Error"), json.RootElement);
    }
}
