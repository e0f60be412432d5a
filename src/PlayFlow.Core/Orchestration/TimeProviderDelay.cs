namespace PlayFlow.Core.Orchestration;

/// <summary>Waiting on a <see cref="TimeProvider"/>, on both targets.</summary>
internal static class TimeProviderDelay
{
    /// <summary>Completes after a delay on that clock.</summary>
    public static Task Delay(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken) =>
#if NET
        Task.Delay(delay, time, cancellationToken);
#else
        TimeProviderTaskExtensions.Delay(time, delay, cancellationToken);
#endif
}
