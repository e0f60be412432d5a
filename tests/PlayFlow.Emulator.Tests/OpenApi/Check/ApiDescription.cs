using System.Text.Json;
using PlayFlow.Emulator.Pages;

namespace PlayFlow.Emulator.Tests.OpenApi.Check;

/// <summary>The OpenAPI document the emulator carries, read for looking things up.</summary>
internal sealed class ApiDescription
{
    private static readonly string[] Methods = ["get", "put", "post", "delete"];

    private ApiDescription(JsonElement document)
    {
        Document = document;
        Schemas = new SchemaCheck(document);
        Operations =
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               where Methods.Contains(operation.Name)
               select new DocumentedOperation(this, operation.Name.ToUpperInvariant(), path.Name, operation.Value),
        ];
    }

    /// <summary>The document as it is served.</summary>
    public static ApiDescription Served { get; } = Read();

    public JsonElement Document { get; }

    public SchemaCheck Schemas { get; }

    public IReadOnlyList<DocumentedOperation> Operations { get; }

    /// <summary>The operation a request is for, or null.</summary>
    public DocumentedOperation? Find(string method, string path)
    {
        var segments = Segments(path);
        return Operations
            .Where(operation => operation.Method == method && Fits(Segments(operation.Path), segments))
            .MinBy(operation => operation.Path.Count(static letter => letter == '{'));
    }

    public JsonElement Component(string kind, string name) => Document.GetProperty("components").GetProperty(kind).GetProperty(name);

    private static bool Fits(string[] template, string[] path) =>
        template.Length == path.Length
        && template.Zip(path).All(pair => pair.First[0] == '{' || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));

    // With a slash at the end or the prefix doubled it is the same path.
    private static string[] Segments(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        while (segments is ["api", "api", ..])
        {
            segments = segments[1..];
        }

        return segments is ["health"] ? ["api", "health"] : segments;
    }

    private static ApiDescription Read()
    {
        using var file = typeof(ApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        return new ApiDescription(JsonDocument.Parse(file).RootElement);
    }
}
