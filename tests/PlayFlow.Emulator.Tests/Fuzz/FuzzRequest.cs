using System.Collections.Immutable;
using System.Text;

namespace PlayFlow.Emulator.Tests.Fuzz;

/// <summary>A request nobody would send, in pieces that can be taken away one by one.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path; <c>$server</c>, <c>$stopped</c>, <c>$build</c> and <c>$project</c> stand for what there is.</param>
internal sealed record FuzzRequest(string Method, string Path)
{
    /// <summary>The endpoint it was made for; null for none.</summary>
    public string? Endpoint { get; init; }

    public ImmutableArray<(string Name, string Value)> Query { get; init; } = [];

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Bytes, each a character, or null.</summary>
    public string? Body { get; init; }

    public string Target => Query.IsEmpty ? Path : $"{Path}?{string.Join('&', Query.Select(static pair => $"{pair.Name}={pair.Value}"))}";

    /// <summary>Smaller requests that may show the same.</summary>
    public IEnumerable<FuzzRequest> Shrink()
    {
        foreach (var pair in Query)
        {
            yield return this with { Query = Query.Remove(pair) };
        }

        foreach (var header in Headers)
        {
            yield return this with { Headers = Headers.Remove(header) };
        }

        if (Body is not null)
        {
            yield return this with { Body = null };
            foreach (var smaller in FuzzBodies.Shrink(Body))
            {
                yield return this with { Body = smaller };
            }
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder($"{Method} {Target}");
        foreach (var (name, value) in Headers)
        {
            text.Append($"\n{name}: {value}");
        }

        return Body is null ? text.ToString() : $"{text}\n\n{Body}";
    }
}
