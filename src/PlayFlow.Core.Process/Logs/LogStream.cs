using System.Buffers;
using Microsoft.Win32.SafeHandles;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Process.Logs;

/// <summary>
/// One stream of one launch's output: a file the game appends to, followed from a position on. Remembers nothing but that
/// position: the beginning of an unfinished line is read again when more of it is there. One reader at a time.
/// </summary>
/// <remarks>
/// What a game writes faster than it is taken in does not pile up without bound: past <see cref="LongestBacklog"/>, or
/// <see cref="LongestRest"/> once the game is gone, all but the last <see cref="LongestRest"/> is skipped, and a line says so.
/// </remarks>
internal sealed class LogStream : IDisposable
{
    private const int ReadBytes = 64 * 1024;
    private const long ReleaseStep = 1024 * 1024;

    /// <summary>How many bytes may wait while the game runs.</summary>
    public const long LongestBacklog = 64 * ReleaseStep;

    /// <summary>How many of the bytes that wait are still reported when the game is gone, or after a skip.</summary>
    public const long LongestRest = 8 * ReleaseStep;

    private readonly ComputeId _id;
    private readonly LogLevel _level;
    private readonly SafeFileHandle _file;
    private readonly Action<SafeFileHandle, long, long> _releaseDisk;
    private long _position;
    private long _seen;
    private long _released;

    public LogStream(ComputeId id, LogLevel level, string path, long position, Action<SafeFileHandle, long, long> releaseDisk)
    {
        _id = id;
        _level = level;
        _file = File.OpenHandle(path, FileMode.Open, OperatingSystem.IsLinux() ? FileAccess.ReadWrite : FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete);
        _position = position;
        _seen = position;
        _releaseDisk = releaseDisk;
    }

    /// <summary>Whether the game wrote since the last report.</summary>
    public bool HasNews => RandomAccess.GetLength(_file) > _seen;

    /// <summary>How much the game wrote in all.</summary>
    public long Length => RandomAccess.GetLength(_file);

    /// <summary>Whether everything up to an offset was looked at, or, once the game is gone, reported.</summary>
    public bool HasReached(long offset, bool isLast) => (isLast ? Volatile.Read(ref _position) : Volatile.Read(ref _seen)) >= offset;

    /// <summary>Reports what came since, up to about a mebibyte; true when there was anything.</summary>
    /// <param name="observer">Takes the lines, and knows how far they are kept.</param>
    /// <param name="isLast">Whether the game is gone, so that an unfinished line is finished.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<bool> ReportAsync(IComputeObserver observer, bool isLast, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(_file);
        if (length <= (isLast ? _position : _seen))
        {
            return false;
        }

        if (length - _position > (isLast ? LongestRest : LongestBacklog))
        {
            await SkipAsync(length - LongestRest, observer, cancellationToken).ConfigureAwait(false);
        }

        var end = Math.Min(length, _position + ReleaseStep);
        _seen = end;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            while (_position < end)
            {
                var lines = new List<ComputeLogLine>();
                var read = RandomAccess.Read(_file, buffer.AsSpan(0, ReadBytes), _position);
                var taken = LineSplitter.Split(
                    buffer.AsSpan(0, read), _position, isLast && _position + read >= length, _level, lines);
                if (taken == 0)
                {
                    break;
                }

                await observer.ReportLogAsync(_id, lines, cancellationToken).ConfigureAwait(false);
                _position += taken;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await ReleaseAsync(observer, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // To the beginning of a line, unless none is near.
    private async ValueTask SkipAsync(long target, IComputeObserver observer, CancellationToken cancellationToken)
    {
        var start = new byte[LineSplitter.LongestLine];
        var read = RandomAccess.Read(_file, start, target);
        target += start.AsSpan(0, read).IndexOf((byte)'\n') + 1;
        var text = FormattableString.Invariant($"… {target - _position} bytes of output were skipped");
        await observer.ReportLogAsync(_id, [new ComputeLogLine(_level, text, target)], cancellationToken).ConfigureAwait(false);
        _position = target;
    }

    // What was handed over may still be lost with this process; only what is kept is safe to drop.
    private async ValueTask ReleaseAsync(IComputeObserver observer, CancellationToken cancellationToken)
    {
        if (_position - _released < ReleaseStep)
        {
            return;
        }

        var kept = await observer.GetLogPositionAsync(_id, _level, cancellationToken).ConfigureAwait(false);
        var upTo = Math.Min(kept, _position) / ReleaseStep * ReleaseStep;
        if (upTo > _released)
        {
            _releaseDisk(_file, _released, upTo);
            _released = upTo;
        }
    }
}
