using PlayFlow.Emulator.Uploads.Zip;

namespace PlayFlow.Emulator.Tests.Uploads;

/// <summary>A request's body: gives its bytes, then waits for what is to happen to the connection.</summary>
internal sealed class BodyStream(byte[] bytes) : ReadOnlyStream
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _given;

    /// <summary>Done once all bytes were read and more are wanted.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>The sender is done.</summary>
    public void Finish() => _end.SetResult();

    /// <summary>The connection breaks.</summary>
    public void Break() => _end.SetException(new IOException("The connection was reset."));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = Math.Min(buffer.Length, bytes.Length - _given);
        if (count == 0)
        {
            _waiting.TrySetResult();
            await _end.Task.WaitAsync(cancellationToken);
        }

        bytes.AsMemory(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException("Bodies are read asynchronously.");
}
