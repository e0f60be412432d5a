using System.Collections.Immutable;
using FsCheck;
using FsCheck.Experimental;
using FsCheck.Fluent;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Tests.Ports;

/// <summary>Random lives of a pool, each step compared with <see cref="ReferencePortPool"/>.</summary>
internal sealed class PortPoolMachine(int maxSteps) : Machine<PortPool, PortPoolModel>(maxSteps)
{
    private static readonly PortProtocol[] Protocols = [PortProtocol.Udp, PortProtocol.Tcp, PortProtocol.Both];

    // Small ranges run out and collide; those across 64 and 4,096 reach the upper levels of the bitmaps.
    public override Arbitrary<Setup<PortPool, PortPoolModel>> Setup =>
        (from size in Gen.Frequency((6, Gen.Choose(1, 7)), (2, Gen.Choose(60, 70)), (1, Gen.Constant(4_100)))
         from coolDown in Gen.Elements(0, 1, 5)
         from first in Gen.Elements(1, 30_000, 65_536 - size)
         select (Setup<PortPool, PortPoolModel>)new Fresh(PortRange.Create(first, first + size - 1), TimeSpan.FromTicks(coolDown)))
        .ToArbitrary();

    public override Gen<Operation<PortPool, PortPoolModel>> Next(PortPoolModel model)
    {
        var range = model.Reference.Range;
        var number = Gen.Frequency(
            (8, Gen.Choose(range.First, Math.Min(range.Last, range.First + 9))),
            (4, Gen.Choose(range.First, range.Last)),
            (1, Gen.Choose(range.First - 1, range.Last + 1)));
        var protocol = Gen.Elements(Protocols);
        var one = from wanted in protocol
                    from avoid in Gen.Frequency((3, Gen.Constant(0)), (1, number))
                    select new PortGroup(wanted, avoid);
        var groups = from count in Gen.Frequency((1, Gen.Constant(0)), (6, Gen.Constant(1)), (8, Gen.Choose(2, 4)))
                     from list in one.ArrayOf(count)
                     select list.ToImmutableArray();
        var now = from step in Gen.Frequency((4, Gen.Constant(0)), (4, Gen.Choose(1, 3)), (1, Gen.Choose(-4, 8)))
                  select model.Now.AddTicks(step);

        return Gen.Frequency(
            (6, from g in groups from t in now select (Operation<PortPool, PortPoolModel>)new Allocate(g, t)),
            (2, from g in groups from t in now select (Operation<PortPool, PortPoolModel>)new Look(g, t)),
            (2, from n in number from p in protocol from t in now select (Operation<PortPool, PortPoolModel>)new Take(n, p, t)),
            (6, from n in number from p in protocol from t in now select (Operation<PortPool, PortPoolModel>)new Release(n, p, t)),
            (2, from n in number from p in protocol select (Operation<PortPool, PortPoolModel>)new Return(n, p)),
            (2, from n in number
                from p in protocol
                from t in now
                from length in Gen.Choose(-1, 9)
                select (Operation<PortPool, PortPoolModel>)new Block(n, p, t, t.AddTicks(length))));
    }

    private sealed class Fresh(PortRange range, TimeSpan coolDown) : Setup<PortPool, PortPoolModel>
    {
        public override PortPool Actual() => new(range, coolDown);

        public override PortPoolModel Model() => new(ReferencePortPool.Create(range, coolDown), DateTimeOffset.UnixEpoch, null);

        public override string ToString() => $"pool of {range}, cool-down of {coolDown.Ticks} ticks";
    }

    private abstract class Step : Operation<PortPool, PortPoolModel>
    {
        public override Property Check(PortPool pool, PortPoolModel after)
        {
            var answer = Perform(pool, after);
            return Equals(answer, after.Answer).Label($"{this}: model {after.Answer}, pool {answer}")
                .And(Same(pool, after.Reference));
        }

        protected abstract string? Perform(PortPool pool, PortPoolModel after);

        private static Property Same(PortPool pool, ReferencePortPool reference)
        {
            var differences = new List<string>();
            foreach (var protocol in new[] { PortProtocol.Udp, PortProtocol.Tcp })
            {
                Compare($"free {protocol}", reference.FreeCount(protocol), pool.FreeCount(protocol));
                Compare($"held {protocol}", reference.HeldCount(protocol), pool.HeldCount(protocol));
                Compare($"cooling {protocol}", reference.CoolingCount(protocol), pool.CoolingCount(protocol));
                Compare(
                    $"sum {protocol}",
                    pool.Range.Count,
                    pool.FreeCount(protocol) + pool.HeldCount(protocol) + pool.CoolingCount(protocol));
                for (var number = pool.Range.First; number <= Math.Min(pool.Range.Last, pool.Range.First + 70); number++)
                {
                    Compare($"{number}/{protocol}", reference.IsHeld(number, protocol), pool.IsHeld(number, protocol));
                }
            }

            return (differences.Count == 0).Label(string.Join("; ", differences));

            void Compare<T>(string what, T model, T actual)
            {
                if (!Equals(model, actual))
                {
                    differences.Add($"{what}: model {model}, pool {actual}");
                }
            }
        }
    }

    private sealed class Allocate(ImmutableArray<PortGroup> groups, DateTimeOffset now) : Step
    {
        public override PortPoolModel Run(PortPoolModel before)
        {
            var (after, numbers) = before.Reference.Allocate(groups, now);
            return new PortPoolModel(after, now, Show(numbers));
        }

        public override string ToString() => $"allocate [{string.Join(", ", groups)}] at {ReferencePortPool.Show(now)}";

        protected override string? Perform(PortPool pool, PortPoolModel after) => Show(pool.TryAllocate(groups, now));
    }

    /// <summary>An allocation that is returned: the model goes on as if it had not been.</summary>
    private sealed class Look(ImmutableArray<PortGroup> groups, DateTimeOffset now) : Step
    {
        public override PortPoolModel Run(PortPoolModel before)
        {
            var pool = before.Reference.FreeDue(now);
            return new PortPoolModel(pool, now, Show(pool.Allocate(groups, now).Numbers));
        }

        public override string ToString() => $"look at [{string.Join(", ", groups)}] at {ReferencePortPool.Show(now)}";

        protected override string? Perform(PortPool pool, PortPoolModel after)
        {
            var numbers = pool.TryAllocate(groups, now);
            var returned = numbers is not { } all || all.Zip(groups).All(pair => pool.Return(pair.First, pair.Second.Protocol));
            return returned ? Show(numbers) : "could not be returned";
        }
    }

    private sealed class Take(int number, PortProtocol protocol, DateTimeOffset now) : Step
    {
        public override PortPoolModel Run(PortPoolModel before)
        {
            var (after, answer) = before.Reference.Take(number, protocol, now);
            return new PortPoolModel(after, now, $"{answer}");
        }

        public override string ToString() => $"take {number}/{protocol} at {ReferencePortPool.Show(now)}";

        protected override string? Perform(PortPool pool, PortPoolModel after) => $"{pool.TryTake(number, protocol, now)}";
    }

    private sealed class Release(int number, PortProtocol protocol, DateTimeOffset now) : Step
    {
        public override PortPoolModel Run(PortPoolModel before)
        {
            var (after, answer) = before.Reference.Release(number, protocol, now);
            return new PortPoolModel(after, now, $"{answer}");
        }

        public override string ToString() => $"release {number}/{protocol} at {ReferencePortPool.Show(now)}";

        protected override string? Perform(PortPool pool, PortPoolModel after) => $"{pool.Release(number, protocol, now)}";
    }

    private sealed class Return(int number, PortProtocol protocol) : Step
    {
        public override PortPoolModel Run(PortPoolModel before)
        {
            var (after, answer) = before.Reference.Return(number, protocol);
            return before with { Reference = after, Answer = $"{answer}" };
        }

        public override string ToString() => $"return {number}/{protocol}";

        protected override string? Perform(PortPool pool, PortPoolModel after) => $"{pool.Return(number, protocol)}";
    }

    private sealed class Block(int number, PortProtocol protocol, DateTimeOffset now, DateTimeOffset until) : Step
    {
        public override PortPoolModel Run(PortPoolModel before) =>
            new(before.Reference.Block(number, protocol, now, until), now, null);

        public override string ToString() => $"block {number}/{protocol} at {ReferencePortPool.Show(now)} until {ReferencePortPool.Show(until)}";

        protected override string? Perform(PortPool pool, PortPoolModel after)
        {
            pool.Block(number, protocol, now, until);
            return null;
        }
    }

    private static string Show(ImmutableArray<int>? numbers) => numbers is { } all ? string.Join(" ", all) : "none";
}

/// <summary>The reference, the time of the last step and what the step answered.</summary>
internal sealed record PortPoolModel(ReferencePortPool Reference, DateTimeOffset Now, string? Answer);
