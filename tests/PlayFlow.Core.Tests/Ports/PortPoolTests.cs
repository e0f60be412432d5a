using FsCheck;
using FsCheck.Experimental;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Tests.Ports;

public sealed class PortPoolTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Test]
    public void Port_pool_agrees_with_its_reference() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), new PortPoolMachine(60).ToProperty());

    [Test]
    public void No_number_is_held_twice_and_each_is_released_once()
    {
        var random = new Random(20260729);
        var pool = new PortPool(PortRange.Create(30_000, 30_299), TimeSpan.FromSeconds(30));
        var held = new HashSet<(int Number, PortProtocol Protocol)>();
        var now = Start;
        for (var step = 0; step < 200_000; step++)
        {
            now = now.AddMilliseconds(random.Next(0, 200));
            if (random.Next(100) < 55)
            {
                PortGroup[] groups = [new(PortProtocol.Udp, 0), new(PortProtocol.Both, 0), new(PortProtocol.Tcp, 0)];
                groups = groups[..random.Next(1, 4)];
                foreach (var (number, group) in (pool.TryAllocate(groups, now) ?? []).Zip(groups))
                {
                    foreach (var single in Singles(group.Protocol))
                    {
                        Assert.That(held.Add((number, single)), Is.True, $"{number}/{single} was held already");
                    }
                }
            }
            else if (held.Count > 0)
            {
                var (number, protocol) = held.ElementAt(random.Next(held.Count));
                held.Remove((number, protocol));
                Assert.That(pool.Release(number, protocol, now), Is.True);
                Assert.That(pool.Release(number, protocol, now), Is.False, "a second release shows");
            }
        }

        Assert.That(pool.HeldCount(PortProtocol.Udp) + pool.HeldCount(PortProtocol.Tcp), Is.EqualTo(held.Count));
    }

    [Test]
    public void Whole_range_of_ports_agrees_with_a_sorted_set()
    {
        var random = new Random(7);
        var pool = new PortPool(PortRange.Create(1, 65_535), TimeSpan.Zero);
        var free = new SortedSet<int>(Enumerable.Range(1, 65_535));
        for (var step = 0; step < 65_535; step++)
        {
            var number = pool.TryAllocate(PortProtocol.Udp, Start);
            Assert.That(number, Is.EqualTo(step + 1));
        }

        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start), Is.Zero);
        free.Clear();
        for (var step = 0; step < 200_000; step++)
        {
            var number = random.Next(1, 65_536);
            Assert.That(pool.Release(number, PortProtocol.Udp, Start), Is.EqualTo(free.Add(number)));
            if (random.Next(3) == 0)
            {
                Assert.That(pool.TryAllocate(PortProtocol.Udp, Start), Is.EqualTo(free.Min));
                free.Remove(free.Min);
            }
        }
    }

    [Test]
    public void TryAllocate_SeveralProtocols_GivesLowestDistinctNumbers()
    {
        var pool = new PortPool(PortRange.Create(100, 109), TimeSpan.Zero);

        Assert.That(
            pool.TryAllocate([new(PortProtocol.Udp, 0), new(PortProtocol.Tcp, 0), new(PortProtocol.Both, 0)], Start),
            Is.EqualTo([100, 101, 102]));
        Assert.That(
            pool.TryAllocate([new(PortProtocol.Tcp, 0), new(PortProtocol.Udp, 0)], Start),
            Is.EqualTo([100, 101]),
            "what is left of numbers held for the other protocol");
    }

    [Test]
    public void TryAllocate_LowestWouldLeaveNoneForAnother_GivesTheNextLowest()
    {
        var pool = new PortPool(PortRange.Create(1, 2), TimeSpan.Zero);
        pool.TryTake(2, PortProtocol.Tcp, Start);

        Assert.That(
            pool.TryAllocate([new(PortProtocol.Udp, 0), new(PortProtocol.Both, 0)], Start), Is.EqualTo([2, 1]));
    }

    [Test]
    public void TryAllocate_AvoidedNumberIsTheLast_RefusesAndHoldsNothing()
    {
        var pool = new PortPool(PortRange.Create(1, 2), TimeSpan.Zero);

        Assert.That(pool.TryAllocate([new(PortProtocol.Udp, 1), new(PortProtocol.Udp, 1)], Start), Is.Null);
        Assert.That(pool.FreeCount(PortProtocol.Udp), Is.EqualTo(2));
    }

    [Test]
    public void TryAllocate_MoreGroupsThanFitOnTheStack_ServesThemAll()
    {
        const int count = 200;
        var pool = new PortPool(PortRange.Create(1, count), TimeSpan.Zero);
        for (var number = 1; number <= count / 2; number++)
        {
            pool.TryTake(number * 2, PortProtocol.Tcp, Start);
        }

        var groups = Enumerable.Range(0, count)
            .Select(i => new PortGroup(i < count / 2 ? PortProtocol.Udp : PortProtocol.Both, 0)).ToArray();

        Assert.That(pool.TryAllocate(groups, Start), Is.Unique);
    }

    [Test]
    public void Release_OneProtocolOfTwo_KeepsTheOtherHeld()
    {
        var pool = new PortPool(PortRange.Create(5, 5), TimeSpan.FromSeconds(10));
        pool.TryAllocate(PortProtocol.Both, Start);

        Assert.That(pool.Release(5, PortProtocol.Udp, Start), Is.True);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(pool.Release(5, PortProtocol.Both, Start), Is.False, "not held for UDP any more");
            Assert.That(pool.IsHeld(5, PortProtocol.Tcp), Is.True);
            Assert.That(pool.IsHeld(5, PortProtocol.Udp), Is.False);
            Assert.That(pool.CoolingCount(PortProtocol.Udp), Is.EqualTo(1));
        }
    }

    [TestCase(99_999_999, ExpectedResult = 0, TestName = "TryAllocate_BeforeTheCoolDownEnds_Refuses")]
    [TestCase(100_000_000, ExpectedResult = 5, TestName = "TryAllocate_WhenTheCoolDownEnds_GivesTheNumber")]
    public int TryAllocate_AfterRelease(int ticks)
    {
        var pool = new PortPool(PortRange.Create(5, 5), TimeSpan.FromSeconds(10));
        pool.TryAllocate(PortProtocol.Udp, Start);
        pool.Release(5, PortProtocol.Udp, Start);

        return pool.TryAllocate(PortProtocol.Udp, Start.AddTicks(ticks));
    }

    [TestCase(1, 0, ExpectedResult = 1, TestName = "TryAllocate_DueNumberBelowTheFree_GivesIt")]
    [TestCase(1, 1, ExpectedResult = 3, TestName = "TryAllocate_DueNumberIsAvoided_GivesTheLowestFree")]
    [TestCase(4, 0, ExpectedResult = 3, TestName = "TryAllocate_DueNumberAboveTheFree_GivesTheLowestFree")]
    public int TryAllocate_OneNumberDue(int released, int avoid)
    {
        var pool = new PortPool(PortRange.Create(1, 4), TimeSpan.FromSeconds(10));
        pool.TryAllocate([new(PortProtocol.Udp, 0), new(PortProtocol.Udp, 0), new(PortProtocol.Udp, 0), new(PortProtocol.Udp, 0)], Start);
        pool.Return(3, PortProtocol.Udp);
        pool.Release(released, PortProtocol.Udp, Start);

        var given = pool.TryAllocate([new(PortProtocol.Udp, avoid)], Start.AddSeconds(10));
        Assert.That(pool.FreeCount(PortProtocol.Udp), Is.EqualTo(1), "the number that was not given");
        return given!.Value[0];
    }

    [Test]
    public void Release_ClockSetBack_KeepsEachNumberUntilItsOwnTime()
    {
        var pool = new PortPool(PortRange.Create(1, 2), TimeSpan.FromSeconds(10));
        pool.TryAllocate([new(PortProtocol.Udp, 0), new(PortProtocol.Udp, 0)], Start);
        pool.Release(1, PortProtocol.Udp, Start.AddHours(1));
        pool.Release(2, PortProtocol.Udp, Start);

        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddSeconds(9)), Is.Zero);
        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddSeconds(10)), Is.EqualTo(2));
        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddSeconds(11)), Is.Zero);
        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddHours(1).AddSeconds(10)), Is.EqualTo(1));
    }

    [Test]
    public void Block_LongerThanTheCoolDown_Prevails()
    {
        var pool = new PortPool(PortRange.Create(5, 5), TimeSpan.FromSeconds(10));
        pool.TryAllocate(PortProtocol.Udp, Start);
        pool.Release(5, PortProtocol.Udp, Start);
        pool.Block(5, PortProtocol.Udp, Start, Start.AddSeconds(60));
        pool.Block(5, PortProtocol.Udp, Start, Start.AddSeconds(30));

        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddSeconds(59)), Is.Zero);
        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddSeconds(60)), Is.EqualTo(5));
    }

    [Test]
    public void Release_CoolDownBeyondTheEndOfTime_KeepsTheNumber()
    {
        var pool = new PortPool(PortRange.Create(5, 5), TimeSpan.MaxValue);
        pool.TryAllocate(PortProtocol.Udp, Start);

        Assert.That(pool.Release(5, PortProtocol.Udp, Start), Is.True);
        Assert.That(pool.TryAllocate(PortProtocol.Udp, DateTimeOffset.MaxValue), Is.Zero);
        Assert.That(pool.TryTake(5, PortProtocol.Udp, Start), Is.True);
        Assert.That(pool.HeldCount(PortProtocol.Udp), Is.EqualTo(1));
    }

    [Test]
    public void Block_MoreNumbersThanThereWasRoomFor_KeepsThemAll()
    {
        var pool = new PortPool(PortRange.Create(1, 1_000), TimeSpan.Zero);
        for (var number = 1; number <= 1_000; number++)
        {
            pool.Block(number, PortProtocol.Both, Start, Start.AddSeconds(number % 7 == 0 ? 1 : number));
        }

        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddTicks(1)), Is.Zero);
        Assert.That(pool.TryAllocate(PortProtocol.Udp, Start.AddSeconds(1)), Is.EqualTo(1));
        Assert.That(pool.FreeCount(PortProtocol.Tcp), Is.EqualTo(1 + (1_000 / 7)));
        Assert.That(pool.TryAllocate(PortProtocol.Both, Start.AddSeconds(1_000)), Is.EqualTo(2));
        Assert.That(pool.FreeCount(PortProtocol.Tcp), Is.EqualTo(999));
    }

    [Test]
    public void Operations_AllocateNoMemory()
    {
        var pool = new PortPool(PortRange.Create(30_000, 39_999), TimeSpan.FromSeconds(1));
        PortProtocol[] wanted = [PortProtocol.Udp, PortProtocol.Both];
        int[] avoid = [0, 0];
        var numbers = new int[2];
        var now = Start;
        Work(2_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Work(10_000);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Work(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                now = now.AddMilliseconds(1);
                pool.TryAllocate(wanted, avoid, now, numbers);
                pool.Block(39_999, PortProtocol.Tcp, now, now.AddMilliseconds(2));
                pool.Release(numbers[0], PortProtocol.Udp, now);
                pool.Return(numbers[1], PortProtocol.Both);
            }
        }
    }

    [Test]
    public void TryAllocate_NearlyExhausted_AllocatesNoMemory()
    {
        var pool = new PortPool(PortRange.Create(1, 2), TimeSpan.Zero);
        pool.TryTake(2, PortProtocol.Tcp, Start);
        PortProtocol[] wanted = [PortProtocol.Udp, PortProtocol.Both];
        int[] avoid = [0, 0];
        var numbers = new int[2];
        pool.TryAllocate(wanted, avoid, Start, numbers);
        pool.Return(numbers[0], wanted[0]);
        pool.Return(numbers[1], wanted[1]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        pool.TryAllocate(wanted, avoid, Start, numbers);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Arguments_OutOfTheirDomain_AreRefused()
    {
        var pool = new PortPool(PortRange.Create(1, 2), TimeSpan.Zero);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new PortPool(default, TimeSpan.Zero), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => new PortPool(PortRange.Create(1, 2), TimeSpan.FromTicks(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => pool.TryAllocate([PortProtocol.Udp], [], Start, new int[1]), Throws.TypeOf<ArgumentException>());
            Assert.That(() => pool.TryAllocate([PortProtocol.Udp], [0], Start, []), Throws.TypeOf<ArgumentException>());
            Assert.That(() => pool.TryAllocate([PortProtocol.None], [0], Start, new int[1]), Throws.TypeOf<ArgumentException>());
            Assert.That(() => pool.TryTake(1, (PortProtocol)4, Start), Throws.TypeOf<ArgumentException>());
            Assert.That(() => pool.Release(1, PortProtocol.None, Start), Throws.TypeOf<ArgumentException>());
            Assert.That(() => pool.FreeCount(PortProtocol.Both), Throws.TypeOf<ArgumentException>());
            Assert.That(pool.TryTake(3, PortProtocol.Udp, Start), Is.False);
            Assert.That(pool.Release(0, PortProtocol.Udp, Start), Is.False);
            Assert.That(pool.Release(3, PortProtocol.Udp, Start), Is.False);
            Assert.That(pool.Release(int.MinValue, PortProtocol.Udp, Start), Is.False);
            Assert.That(pool.Return(int.MaxValue, PortProtocol.Both), Is.False);
            Assert.That(pool.IsHeld(3, PortProtocol.Udp), Is.False);
        }
    }

    private static IEnumerable<PortProtocol> Singles(PortProtocol protocol) =>
        new[] { PortProtocol.Udp, PortProtocol.Tcp }.Where(single => protocol.HasFlag(single));
}
