using FsCheck;
using FsCheck.Fluent;

namespace PlayFlow.Core.Testing.Storage;

/// <summary>One step of a random walk over a fleet store; numbers are relative to what the store holds by then.</summary>
internal abstract record FleetStoreStep
{
    /// <summary>Appends so many entries of a size, and archives servers under these ids.</summary>
    public sealed record Append(int Entries, int Size, string Archived) : FleetStoreStep;

    /// <summary>Appends an entry so many numbers past the one expected; is to be refused.</summary>
    public sealed record AppendWrong(int Distance) : FleetStoreStep;

    /// <summary>Saves a snapshot so many entries before the last.</summary>
    public sealed record Snapshot(int Back, int Size) : FleetStoreStep;

    /// <summary>Reads again what is kept.</summary>
    public sealed record Reload : FleetStoreStep;

    /// <summary>Closes the store and opens it again, where it outlives that.</summary>
    public sealed record Reopen : FleetStoreStep;

    public static Gen<FleetStoreStep> Generator { get; } = Gen.Frequency(
        (6, from entries in Gen.Choose(1, 5)
            from size in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(3_000, 9_000))
            from archived in Gen.SubListOf('a', 'b', 'c', 'd')
            select (FleetStoreStep)new Append(entries, size, string.Concat(archived))),
        (1, Gen.Elements(-2, -1, 1, 7).Select(distance => (FleetStoreStep)new AppendWrong(distance))),
        (2, from back in Gen.Choose(-1, 6)
            from size in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(1_000_000, 1_200_000))
            select (FleetStoreStep)new Snapshot(back, size)),
        (2, Gen.Constant((FleetStoreStep)new Reload())),
        (1, Gen.Constant((FleetStoreStep)new Reopen())));
}
