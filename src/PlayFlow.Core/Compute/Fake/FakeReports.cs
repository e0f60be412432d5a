using System.Diagnostics.CodeAnalysis;

namespace PlayFlow.Core.Compute.Fake;

/// <summary>
/// What one launch has to report to one observer, in order and one at a time: as long as the observer is slow to take log lines, what
/// follows waits here. As long as it is not, all happens within the caller's call.
/// </summary>
internal sealed class FakeReports(Action<Exception> onFault, CancellationToken detached)
{
    private readonly Queue<Func<ValueTask>> _reports = new();
    private bool _isSending;

    /// <summary>Adds a report behind the others; <see cref="Send"/> is to follow, outside of any lock.</summary>
    public void Add(Func<ValueTask> report)
    {
        lock (_reports)
        {
            _reports.Enqueue(report);
        }
    }

    /// <summary>Makes sure that all is sent, by this call or by one under way.</summary>
    public void Send()
    {
        lock (_reports)
        {
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        _ = SendAllAsync();
    }

    [SuppressMessage("Design", "CA1031", Justification = "An observer that throws must not keep the rest from it.")]
    private async Task SendAllAsync()
    {
        while (Take() is { } report)
        {
            try
            {
                await report().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (detached.IsCancellationRequested)
            {
                // The observer is gone, and what is left is told to the next.
            }
            catch (Exception fault)
            {
                onFault(fault);
            }
        }
    }

    private Func<ValueTask>? Take()
    {
        lock (_reports)
        {
            if (!detached.IsCancellationRequested && _reports.Count > 0)
            {
                return _reports.Dequeue();
            }

            _isSending = false;
            return null;
        }
    }
}
