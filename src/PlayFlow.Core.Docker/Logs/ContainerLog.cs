using System.Buffers;
using System.Globalization;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Servers;
using LogLevel = PlayFlow.Core.Telemetry.LogLevel;

namespace PlayFlow.Core.Docker.Logs;

/// <summary>
/// The output of one container, as the engine keeps it: followed while it runs, read once more at its end, and never reported
/// twice, whoever reads. A slow observer makes this wait, and never the game, whose output goes to the engine's file.
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    private const int ReadBytes = 64 * 1024;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Following = TimeSpan.FromDays(40);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly DockerEngine _engine;
    private readonly string _container;
    private readonly ComputeId _id;
    private readonly IComputeObserver _observer;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _outputFrom;
    private long _errorsFrom;

    public ContainerLog(
        DockerEngine engine, string container, ComputeId id, IComputeObserver observer, TimeProvider time, ILogger logger)
    {
        _engine = engine;
        _container = container;
        _id = id;
        _observer = observer;
        _time = time;
        _logger = logger;
    }

    /// <summary>Goes on where an earlier run left off.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        _outputFrom = await _observer.GetLogPositionAsync(_id, LogLevel.Info, cancellationToken).ConfigureAwait(false);
        _errorsFrom = await _observer.GetLogPositionAsync(_id, LogLevel.Error, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reports what the container writes until it ends or this is cancelled; connects again when the engine drops it.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(follow: true, Following, cancellationToken).ConfigureAwait(false);
            }
            catch (EngineException e) when (e.IsNotFound)
            {
                return;
            }
            catch (EngineException e) when (e.IsUnreachable)
            {
                // Told once for all by who watches the engine.
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.LogNotReported(_logger, _id, e);
            }

            await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reports everything there is at the moment, within the time given.</summary>
    /// <exception cref="EngineException">The engine does not tell, or not in time.</exception>
    public Task CatchUpAsync(TimeSpan patience, CancellationToken cancellationToken) => ReadAsync(follow: false, patience, cancellationToken);

    /// <summary>Reports what is left at the end, however much.</summary>
    /// <exception cref="EngineException">The engine does not tell.</exception>
    public Task FinishAsync(CancellationToken cancellationToken) => ReadAsync(follow: false, Longest, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // From the second before the last line that was reported: lines of one time get the same positions again.
    private string? Since()
    {
        var last = Math.Max(Volatile.Read(ref _outputFrom), Volatile.Read(ref _errorsFrom)) / NanosecondsPerSecond;
        return last > 1 ? (last - 1).ToString(CultureInfo.InvariantCulture) : null;
    }

    private async Task ReadAsync(bool follow, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var parameters = new ContainerLogsParameters
        {
            ShowStdout = true,
            ShowStderr = true,
            Timestamps = true,
            Follow = follow,
            Since = Since(),
        };
        Func<DockerClient, CancellationToken, Task<bool>> read = async (client, token) =>
        {
            using var stream = await client.Containers.GetContainerLogsAsync(_container, parameters, token).ConfigureAwait(false);
            await ReportAsync(stream, token).ConfigureAwait(false);
            return true;
        };
        await _engine.CallAsync(read, timeout, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReportAsync(MultiplexedStream stream, CancellationToken cancellationToken)
    {
        var output = new LogParser(LogLevel.Info);
        var errors = new LogParser(LogLevel.Error);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            while (true)
            {
                var read = await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken).ConfigureAwait(false);
                var lines = new List<ComputeLogLine>();
                if (read.EOF)
                {
                    output.Finish(lines);
                    errors.Finish(lines);
                }
                else
                {
                    var parser = read.Target == MultiplexedStream.TargetStream.StandardError ? errors : output;
                    parser.Parse(buffer.AsSpan(0, read.Count), lines);
                }

                await DeliverAsync(lines, cancellationToken).ConfigureAwait(false);
                if (read.EOF)
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task DeliverAsync(List<ComputeLogLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var missing = lines.FindAll(line => line.Position > (line.Level == LogLevel.Error ? _errorsFrom : _outputFrom));
            if (missing.Count == 0)
            {
                return;
            }

            await _observer.ReportLogAsync(_id, missing, cancellationToken).ConfigureAwait(false);
            foreach (var line in missing)
            {
                Volatile.Write(ref line.Level == LogLevel.Error ? ref _errorsFrom : ref _outputFrom, line.Position);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
