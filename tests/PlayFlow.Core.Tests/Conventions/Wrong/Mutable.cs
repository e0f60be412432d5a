namespace PlayFlow.Core.Tests.Conventions.Wrong;

// Each keeps state in a static in its own way: the type rules have to notice every one.
internal static class Mutable
{
    public static readonly List<int> Gathered = [];

    private static int _count;

    public static int Property { get; set; }

    public static int Next() => ++_count;
}
