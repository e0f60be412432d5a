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
internal sealed class LogStream : IDisposable
{
    private const int ReadBytes = 64 * 1024;
    private const long ReleaseStep = 1024 * 1024;

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
