using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite.Telemetry;

/// <summary>A source as the writer knows it.</summary>
internal sealed class SourceRow
{
    public required LogSource Source { get; init; }

    public required long Project { get; init; }

    public required string ProjectName { get; init; }

    /// <summary>The project of a server; null for a build, whose lines are no part of the project's.</summary>
    public long? ServerProject => Source.Kind is LogSourceKind.Server ? Project : null;

    /// <summary>Its key in the database; 0 as long as nobody has looked whether it is there.</summary>
    public long Id { get; set; }

    public long Lines { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The database has these counts; false as long as a batch with lines of it is not written.</summary>
    public bool IsSaved { get; set; }

    public void Add(long lines, long bytes)
    {
        Lines += lines;
        Bytes += bytes;
        IsSaved = false;
    }
}
