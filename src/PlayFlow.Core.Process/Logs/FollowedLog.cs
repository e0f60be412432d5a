using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Logs;

/// <summary>Both streams of a launch. Reports come one at a time, whoever asks for them.</summary>
internal sealed class FollowedLog(ComputeId id, LogStream output, LogStream errors, IComputeObserver observer, ILogger logger)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isClosed;

    /// <summary>When the loop looks again; its own note.</summary>
    public TimeSpan DueAt { get; set; }

    /// <summary>How long the loop waits until it looks again; its own note.</summary>
    public TimeSpan Interval { get; set; }

    /// <summary>A quick look at whether there is anything to report; false as well once closed.</summary>
    public bool HasNews()
    {
        try
        {
            return output.HasNews || errors.HasNews;
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException)
        {
            return false;
        }
    }

    /// <summary>Reports a portion of what is new; true when there was anything.</summary>
    public async ValueTask<bool> ReportAsync(bool isLast, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed)
            {
                return false;
            }

            var wrote = await output.ReportAsync(observer, isLast, cancellationToken).ConfigureAwait(false);
            return await errors.ReportAsync(observer, isLast, cancellationToken).ConfigureAwait(false) || wrote;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The log of one launch must not end that of the others; the position stays where it was, so nothing is lost.
            Log.LogNotReported(logger, id, e);
            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reports everything there is at the moment; what is written meanwhile is left to the loop.</summary>
    public async Task FlushAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (FindLengths() is not var (outputEnd, errorsEnd))
        {
            return;
        }

        while (!(output.HasReached(outputEnd, isLast) && errors.HasReached(errorsEnd, isLast))
            && await ReportAsync(isLast, cancellationToken).ConfigureAwait(false))
        {
            // Portions, so that others get their turn.
        }

        // Whoever reports at the moment may still be at the last portion.
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        _turn.Release();
    }

    private (long Output, long Errors)? FindLengths()
    {
        try
        {
            return (output.Length, errors.Length);
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException)
        {
            return null;
        }
    }

    /// <summary>Closes the files once nobody reports.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _isClosed = true;
        output.Dispose();
        errors.Dispose();
        _turn.Release();
    }
}
