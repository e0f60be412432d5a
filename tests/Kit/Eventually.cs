using NUnit.Framework;

namespace PlayFlow.Tests.Kit;

/// <summary>Waits for something real to come true, with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), () => what, Step);

    /// <summary>The same for a question that is itself some work, and is asked less often.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> what, TimeSpan step)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                Assert.Fail("not in time: " + what());
            }

            await Task.Delay(step, TimeProvider.System);
        }
    }
}
