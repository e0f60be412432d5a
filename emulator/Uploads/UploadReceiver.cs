using System.Buffers;

namespace PlayFlow.Emulator.Uploads;

/// <summary>Streams an upload to a file with one buffer, whatever its size.</summary>
internal sealed class UploadReceiver(UploadLimits limits, Func<string, long, Stream> create)
{
    private const int BufferSize = 256 * 1024;

    // The disk is at work while more arrives, so that little is left to wait for at the end.
    private const int FlushEvery = 32 << 20;

    // Who announces gigabytes and sends nothing must not fill the disk.
    private const long MaxReserved = 64L << 20;

    /// <summary>Receives a body into a file that does not exist yet. Unless the outcome is stored, the file is removed.</summary>
    public async Task<(UploadOutcome Outcome, Exception? Fault)> ReceiveAsync(
        Stream body, long? contentLength, string path, CancellationToken cancellationToken)
    {
        if (contentLength > limits.MaxUploadBytes)
            return (new UploadOutcome(UploadStatus.TooLarge, 0), null);

        var unfinished = ArtefactFiles.Unfinished(path);
        var transfer = new Transfer(body, limits.MaxUploadBytes);
        var isStored = false;
        try
        {
            await using (var file = create(unfinished, Math.Min(contentLength ?? 0, MaxReserved)))
            {
                await transfer.RunAsync(file, cancellationToken);
                if (transfer.Status == UploadStatus.Stored && contentLength is { } announced && announced != transfer.Bytes)
                    transfer.Status = UploadStatus.Incomplete;
                if (transfer.Status == UploadStatus.Stored)
                    Flush(file);
            }

            if (transfer.Status == UploadStatus.Stored)
            {
                ArtefactFiles.Finish(path);
                isStored = true;
            }

            return (new UploadOutcome(transfer.Status, transfer.Bytes), transfer.Fault);
        }
        catch (Exception fault) when (DiskFaults.IsEnvironmental(fault))
        {
            var status = DiskFaults.IsFull(fault) ? UploadStatus.DiskFull : UploadStatus.StorageFailed;
            return (new UploadOutcome(status, transfer.Bytes), fault);
        }
        finally
        {
            if (!isStored)
                File.Delete(unfinished);
        }
    }

    /// <summary>Creates a file and reserves its room, so that a disk without any shows at once.</summary>
    public static Stream CreateFile(string path, long size) => new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        Options = FileOptions.Asynchronous,
        BufferSize = 0,
        PreallocationSize = size,
    });

    /// <summary>Puts a file's bytes on the disk itself. A file of <see cref="CreateFile"/> may be written to meanwhile, for it has no buffer.</summary>
    public static void Flush(Stream file)
    {
        file.Flush();
        if (file is FileStream onDisk)
            onDisk.Flush(flushToDisk: true);
    }

    /// <summary>One body on its way. A fault of the sender is an outcome; a fault of the disk is thrown.</summary>
    private sealed class Transfer(Stream body, long limit)
    {
        public UploadStatus Status { get; set; }

        public long Bytes { get; private set; }

        public Exception? Fault { get; private set; }

        public async Task RunAsync(Stream file, CancellationToken cancellationToken)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            var flushing = Task.CompletedTask;
            var flushed = 0L;
            try
            {
                for (var count = await FillAsync(buffer, cancellationToken); count > 0;
                    count = await FillAsync(buffer, cancellationToken))
                {
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    if (Bytes - flushed >= FlushEvery && flushing.IsCompleted)
                    {
                        await flushing;
                        flushing = Task.Run(() => Flush(file), CancellationToken.None);
                        flushed = Bytes;
                    }
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
                await flushing;
            }
        }

        // Small reads are gathered: a write for each network packet would cost a system call each.
        private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var filled = 0;
            try
            {
                while (filled < buffer.Length && Status == UploadStatus.Stored)
                {
                    var read = await body.ReadAsync(buffer[filled..], cancellationToken);
                    if (read == 0)
                        break;
                    filled += read;
                    Bytes += read;
                    if (Bytes > limit)
                        Status = UploadStatus.TooLarge;
                }
            }
            catch (IOException fault)
            {
                (Status, Fault) = (UploadStatus.Incomplete, fault);
            }

            return Status == UploadStatus.Stored ? filled : 0;
        }
    }
}
