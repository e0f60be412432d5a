using FsCheck;
using FsCheck.Fluent;

namespace PlayFlow.Core.Testing;

/// <summary>Random walks: lists of steps that shrink by leaving steps out.</summary>
public static class Steps
{
    /// <summary>Walks of a step, as long as the test size asks for.</summary>
    public static Arbitrary<List<T>> Of<T>(Gen<T> step) => Arb.From(Gen.NonEmptyListOf(step), Shorter);

    private static IEnumerable<List<T>> Shorter<T>(List<T> steps)
    {
        for (var length = steps.Count / 2; length > 0; length /= 2)
        {
            for (var start = 0; start + length <= steps.Count; start += length)
            {
                yield return [.. steps[..start], .. steps[(start + length)..]];
            }
        }
    }
}
