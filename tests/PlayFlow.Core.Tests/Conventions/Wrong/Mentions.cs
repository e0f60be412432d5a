using PlayFlow.Core.Compute;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Tests.Conventions.Wrong;

// Each mentions in its own way what the engine must not: the layout rules have to notice every one.
internal abstract class Signature
{
    public abstract void Take(IFleetStore store);
}

internal abstract class GenericArgument
{
    protected Dictionary<string, List<StoredFleet[]>?> Stored { get; } = [];
}

internal static class Body
{
    public static long Now() => TimeProvider.System.GetTimestamp();
}

internal static class GenericCall
{
    public static object None() => Array.Empty<IComputeProvider>();
}

internal static class Waiting
{
    public static async void Wait() => await Task.Yield();

    public static Task Done() => Task.CompletedTask;
}

internal sealed class Derived() : Random(1);

internal static class Nested
{
    public static Func<bool> Look() => () => File.Exists("x");
}

internal static class Catching
{
    public static void Run(Action action)
    {
        try
        {
            action();
        }
        catch (StoreException)
        {
            // On purpose.
        }
    }
}
