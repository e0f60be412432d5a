using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>What the document says of an operation in words; its statuses and examples come from the scenarios.</summary>
/// <param name="Name">Its method and path.</param>
/// <param name="Id">Its id, for generators of clients.</param>
/// <param name="Tag">What it belongs to.</param>
/// <param name="Summary">What it does, as the service's reference calls it.</param>
/// <param name="Description">What callers have to know.</param>
/// <param name="Answer">The schema of what it answers with when all is well; null for nothing.</param>
internal sealed record OperationDoc(string Name, string Id, string Tag, string Summary, string Description, string? Answer)
{
    /// <summary>What may stand in its query.</summary>
    public ImmutableArray<(string Name, JsonObject Schema)> Queries { get; init; } = [];

    /// <summary>Which of them have to.</summary>
    public ImmutableArray<string> Required { get; init; } = [];

    /// <summary>The schema of its body, or null.</summary>
    public string? Body { get; init; }

    /// <summary>Whether it cannot do without.</summary>
    public bool NeedsBody { get; init; }

    /// <summary>Whether its body is a file of bytes.</summary>
    public bool TakesFile { get; init; }
}
