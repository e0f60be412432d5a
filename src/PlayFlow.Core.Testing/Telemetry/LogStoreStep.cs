using FsCheck;
using FsCheck.Fluent;

namespace PlayFlow.Core.Testing.Telemetry;

/// <summary>One step of a random walk over a log store; numbers are relative to what the store holds by then.</summary>
internal abstract record LogStoreStep
{
    /// <summary>Appends these lines in one batch.</summary>
    public sealed record Append(IReadOnlyList<Draft> Lines) : LogStoreStep
    {
        /// <inheritdoc/>
        public override string ToString() => $"Append [{string.Join(", ", Lines)}]";
    }

    /// <summary>Reads lines: of a source when one is named, else of a project. Bounds count back from the last line.</summary>
    public sealed record Read(char? Source, int? Project, int Back, int? After, int? Until, int Offset, int Limit) : LogStoreStep;

    /// <summary>Closes the store and opens it again, where it outlives that.</summary>
    public sealed record Reopen : LogStoreStep;

    /// <summary>A line to be: its source (upper case: a build), how far past the line before, its stream and its length.</summary>
    public sealed record Draft(char Source, int Gap, int Seconds, int Launch, bool IsError, int Length);

    public static Gen<LogStoreStep> Generator { get; } = Gen.Frequency(
        (5, Gen.NonEmptyListOf(Drafts()).Select(lines => (LogStoreStep)new Append(lines))),
        (5, Reads()),
        (1, Gen.Constant((LogStoreStep)new Reopen())));

    private static Gen<char> Sources() => Gen.Elements('a', 'b', 'c', 'x', 'A');

    private static Gen<Draft> Drafts() =>
        from source in Sources()
        from gap in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Choose(2, 50)))
        from seconds in Gen.Choose(0, 2)
        from launch in Gen.Choose(0, 2)
        from isError in Gen.Elements(true, false)
        from length in Gen.Frequency((5, Gen.Choose(0, 20)), (1, Gen.Choose(21, 300)))
        select new Draft(source, gap, seconds, launch, isError, length);

    private static Gen<LogStoreStep> Reads() =>
        from source in Gen.OneOf(Sources().Select(name => (char?)name), Gen.Constant((char?)null))
        from project in source is null ? Gen.Choose(0, 2).Select(n => (int?)n) : Gen.Elements<int?>(null, 0, 1)
        from back in Gen.Frequency((1, Gen.Constant(int.MaxValue)), (1, Gen.Choose(0, 60)))
        from after in Gen.Frequency((2, Gen.Constant((int?)null)), (1, Gen.Choose(-1, 60).Select(n => (int?)n)))
        from until in Gen.Frequency((2, Gen.Constant((int?)null)), (1, Gen.Choose(-1, 60).Select(n => (int?)n)))
        from offset in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(0, 12)))
        from limit in Gen.OneOf(Gen.Choose(1, 5), Gen.Constant(1_000))
        select (LogStoreStep)new Read(source, project, back, after, until, offset, limit);
}
