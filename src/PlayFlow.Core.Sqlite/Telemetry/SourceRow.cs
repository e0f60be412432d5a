namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>A source as the writer knows it.</summary>
internal sealed class SourceRow
{
    public required long Id { get; init; }

    /// <summary>The project of a server; null for a build, whose lines are no part of the project's.</summary>
    public required long? ServerProject { get; init; }

    public required string ProjectName { get; init; }

    public required long Lines { get; set; }

    public required long Bytes { get; set; }

    public bool IsChanged { get; set; }
}
