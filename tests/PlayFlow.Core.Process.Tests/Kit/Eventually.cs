namespace PlayFlow.Core.Process.Tests.Kit;

/// <summary>Waits for something real to come true, with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                Assert.Fail("not in time: " + what);
            }

            await Task.Delay(Step, TimeProvider.System);
        }
    }
}
