using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>A source as the writer knows it.</summary>
internal sealed class SourceRow
{
    public required long Id { get; init; }

    public required LogSource Source { get; init; }

    public required long Project { get; init; }

    public required string ProjectName { get; init; }

    /// <summary>The project of a server; null for a build, whose lines are no part of the project's.</summary>
    public long? ServerProject => Source.Kind is LogSourceKind.Server ? Project : null;

    /// <summary>It is not in the database yet.</summary>
    public bool IsNew { get; set; }

    public required long Lines { get; set; }

    public required long Bytes { get; set; }

    public bool IsChanged { get; set; }
}
