using System.IO.Pipelines;

namespace PlayFlow.Emulator.Hosting.Rejections;

/// <summary>Passes everything on, but for the head of a rejection, which is replaced on its way.</summary>
internal sealed class RejectionWriter(PipeWriter inner) : PipeWriter
{
    private Memory<byte> _memory;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => inner.UnflushedBytes;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        if (Rejection.Rewrite(_memory.Span[..bytes]) is { } rewritten && rewritten.Length <= _memory.Length)
        {
            rewritten.CopyTo(_memory);
            bytes = rewritten.Length;
        }

        _memory = _memory[bytes..];
        inner.Advance(bytes);
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = inner.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(source, cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
}
