using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Orchestration;

namespace PlayFlow.Core.Tests.Orchestration;

public sealed class ListingIndexTests
{
    [Test]
    public void Pages_are_those_of_a_sorted_list() => Prop.ForAll(
        Gen.NonEmptyListOf(Gen.Choose(-3000, 3000)).ToArbitrary(),
        Gen.Choose(0, 3000).ToArbitrary(),
        (changes, offset) =>
        {
            var index = new ListingIndex<string>();
            var reference = new SortedDictionary<long, string>();

            // Many at the end first, as servers are created; then changes anywhere: a positive number puts, a negative one removes.
            foreach (var number in Enumerable.Range(1, 1500).Select(i => 2 * i).Concat(changes))
            {
                if (number >= 0)
                {
                    index.Put(number, $"item {number}");
                    reference[number] = $"item {number}";
                }
                else
                {
                    index.Remove(-number);
                    reference.Remove(-number);
                }
            }

            var (items, total) = index.Page(offset, 50);
            return total == reference.Count && items.SequenceEqual(reference.Values.Reverse().Skip(offset).Take(50));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(1000));
}
