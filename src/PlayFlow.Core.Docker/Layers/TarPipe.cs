using System.IO.Pipelines;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>A tar that is made while it is read: neither memory nor disk is taken for it.</summary>
internal sealed class TarPipe : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopped;
    private readonly Task _writing;

    /// <summary>Begins to write one.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public TarPipe(Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, minimumSegmentSize: 1 << 16));
        _stopped = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _writing = Task.Run(() => WriteAsync(pipe.Writer, write, _stopped.Token), CancellationToken.None);
        Reader = pipe.Reader.AsStream();
    }

    /// <summary>What is read; it fails as the writing does.</summary>
    public Stream Reader { get; }

    /// <summary>Ends the writing, if it goes on: on return the files are touched no more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await Reader.DisposeAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        _stopped.Dispose();
    }

    private static async Task WriteAsync(PipeWriter pipe, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        Exception? fault = null;
        try
        {
            var output = pipe.AsStream(leaveOpen: true);
            await using (output.ConfigureAwait(false))
            {
                await write(output, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            fault = e;
        }

        await pipe.CompleteAsync(fault).ConfigureAwait(false);
    }
}
