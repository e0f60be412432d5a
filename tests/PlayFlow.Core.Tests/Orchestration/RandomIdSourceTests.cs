using System.Globalization;
using NUnit.Framework;
using PlayFlow.Core.Orchestration;

namespace PlayFlow.Core.Tests.Orchestration;

public sealed class RandomIdSourceTests
{
    private const int Count = 10_000;

    [Test]
    public void Next_IsAVersion4UuidInLowerCase()
    {
        foreach (var id in Many(new RandomIdSource()))
        {
            Assert.That(id, Does.Match("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
        }
    }

    [Test]
    public void Next_FollowsTheOneBefore_AndTellsNothingOfItsRest()
    {
        var source = new RandomIdSource();
        var ids = Many(source);
        var tails = ids.Select(id => id[9..]).ToHashSet();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ids.Zip(ids.Skip(1), (one, next) => unchecked(First(next) - First(one))), Is.All.EqualTo(1));
            Assert.That(tails, Has.Count.EqualTo(Count));

            // Each of the 90 bits is one in half of them; so far off is one in 10^22.
            for (var bit = 0; bit < 90; bit++)
            {
                Assert.That(tails.Count(tail => RandomBit(tail, bit)), Is.InRange((Count / 2) - 500, (Count / 2) + 500), $"bit {bit}");
            }
        }
    }

    [Test]
    public void Next_OfAnotherSource_BeginsElsewhere() =>
        Assert.That(Enumerable.Range(0, 5).Select(_ => First(new RandomIdSource().Next())).Distinct().Count(), Is.GreaterThan(1));

    private static List<string> Many(RandomIdSource source) => [.. Enumerable.Range(0, Count).Select(_ => source.Next())];

    private static uint First(string id) => uint.Parse(id.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // The tail without the four bits of the version and the two of the variant.
    private static bool RandomBit(string tail, int bit)
    {
        var bits = string.Concat(tail.Replace("-", "", StringComparison.Ordinal)
            .Select(digit => Convert.ToString(Convert.ToInt32(digit.ToString(), 16), 2).PadLeft(4, '0')));
        return bits.Remove(32, 2).Remove(16, 4)[bit] == '1';
    }
}
