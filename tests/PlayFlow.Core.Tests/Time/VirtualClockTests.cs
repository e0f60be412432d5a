using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
using PlayFlow.Core.Time;

namespace PlayFlow.Core.Tests.Time;

public sealed class VirtualClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Timers_fire_in_order_at_their_times_and_none_is_missed() => Prop.ForAll(
        Gen.NonEmptyListOf(Gen.Choose(0, 1000)).ToArbitrary(),
        async dues =>
        {
            using var clock = new VirtualClock(Start);
            var fired = new List<(int Due, DateTimeOffset At)>();
            var timers = dues.Select(due => clock.CreateTimer(
                _ => fired.Add((due, clock.GetUtcNow())), null, TimeSpan.FromSeconds(due), Timeout.InfiniteTimeSpan)).ToList();
            await clock.AdvanceAsync(TimeSpan.FromSeconds(500));
            return timers.Count == dues.Count
                && fired.All(timer => timer.At == Start.AddSeconds(timer.Due))
                && fired.Select(timer => timer.Due).SequenceEqual(dues.Where(due => due <= 500).Order());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public async Task Advance_SettlesAfterEachTimer()
    {
        using var clock = new VirtualClock(Start);
        var order = new List<string>();
        using var settling = clock.SettleWith(() =>
        {
            order.Add("settled");
            return Task.CompletedTask;
        });
        await using var one = clock.CreateTimer(_ => order.Add("one"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await using var two = clock.CreateTimer(_ => order.Add("two"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        await clock.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(order, Is.EqualTo(new[] { "settled", "one", "settled", "two", "settled" }));
    }

    [Test]
    public async Task Timer_MadeByATimer_FiresInTheSameStepWhenItIsDue()
    {
        using var clock = new VirtualClock(Start);
        var fired = new List<DateTimeOffset>();
        await using var outer = clock.CreateTimer(
            _ => clock.CreateTimer(_ => fired.Add(clock.GetUtcNow()), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan),
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan);
        await clock.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.That(fired, Is.EqualTo(new[] { Start.AddSeconds(2) }));
    }

    [Test]
    public async Task Timer_WithAPeriod_FiresEachTimeUntilItIsDisposed()
    {
        using var clock = new VirtualClock(Start);
        var fired = 0;
        var timer = clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        await clock.AdvanceAsync(TimeSpan.FromSeconds(6));
        await timer.DisposeAsync();
        await clock.AdvanceAsync(TimeSpan.FromSeconds(6));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(fired, Is.EqualTo(3));
            Assert.That(timer.Change(TimeSpan.Zero, TimeSpan.Zero), Is.False);
        }
    }

    [Test]
    public void Frozen_clock_stands_still()
    {
        var real = new FakeTimeProvider(Start);
        using var clock = new VirtualClock(Start, real);
        real.Advance(TimeSpan.FromHours(1));
        Assert.That(clock.GetUtcNow(), Is.EqualTo(Start));
    }

    [Test]
    public void Running_clock_goes_at_its_scale_and_fires_its_timers()
    {
        var real = new FakeTimeProvider(Start);
        using var clock = new VirtualClock(Start, real);
        var fired = new TaskCompletionSource();
        using var timer = clock.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        clock.Run(60);
        real.Advance(TimeSpan.FromSeconds(1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(clock.GetUtcNow(), Is.EqualTo(Start.AddMinutes(1)));
            Assert.That(fired.Task.IsCompleted);
        }

        clock.Freeze();
        real.Advance(TimeSpan.FromSeconds(1));
        Assert.That(clock.GetUtcNow(), Is.EqualTo(Start.AddMinutes(1)));
    }

    [Test]
    public void Advance_Backwards_IsRefused()
    {
        using var clock = new VirtualClock(Start);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => clock.AdvanceAsync(TimeSpan.FromTicks(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => clock.Run(double.NaN), Throws.TypeOf<ArgumentOutOfRangeException>());
        }
    }
}
