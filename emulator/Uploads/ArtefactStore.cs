using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Uploads.Repack;

namespace PlayFlow.Emulator.Uploads;

/// <summary>
/// Uploaded archives and what is made of them, in a directory. An archive arrives, is checked and repacked, and goes; its artefact
/// stays until the build is deleted. Safe to call from any thread; at most one piece of work runs on a build.
/// </summary>
internal sealed class ArtefactStore : IBuildProcessor, IBuildArtefacts, IDisposable
{
    private readonly ILogger _logger;
    private readonly ArtefactStoreOptions _options;
    private readonly ArtefactFiles _files;
    private readonly UploadReceiver _receiver;
    private readonly BuildPipeline _pipeline;
    private readonly BuildGates _gates = new();
    private readonly SemaphoreSlim _slots;

    /// <summary>Opens the directory and removes unfinished files of an earlier run.</summary>
    public ArtefactStore(ArtefactStoreOptions options, ILogger<ArtefactStore>? logger = null)
    {
        _logger = logger ?? NullLogger<ArtefactStore>.Instance;
        _options = options;
        _files = new ArtefactFiles(options.Directory);
        _receiver = new UploadReceiver(options.Limits, options.CreateFile);
        _pipeline = new BuildPipeline(options, _files);
        _slots = new SemaphoreSlim(options.ConcurrentBuilds, options.ConcurrentBuilds);
        if (_files.Cleared > 0)
            Log.Cleared(_logger, _files.Cleared);
    }

    /// <summary>Whether a whole archive is stored for a build.</summary>
    public bool HasUpload(BuildId build) => File.Exists(_files.Upload(build));

    /// <summary>Takes in a build's archive. Memory does not grow with its size.</summary>
    /// <param name="build">The build. Whether it may still be uploaded is for the caller to know.</param>
    /// <param name="body">The archive's bytes.</param>
    /// <param name="contentLength">How many bytes were announced; null when not known.</param>
    /// <param name="cancellationToken">Cancelled when the sender is gone.</param>
    public async Task<UploadOutcome> ReceiveAsync(
        BuildId build, Stream body, long? contentLength, CancellationToken cancellationToken)
    {
        using var pass = await _gates.TryEnterAsync(build, cancellationToken);
        if (pass is null)
            return new UploadOutcome(UploadStatus.Busy, 0);

        try
        {
            var (outcome, fault) = await _receiver.ReceiveAsync(body, contentLength, _files.Upload(build), pass.Ended);
            Log.Received(_logger, outcome.Bytes, build.Value, outcome.Status, fault);
            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A server may report a broken connection as a cancellation, too.
            return new UploadOutcome(pass.Ended.IsCancellationRequested ? UploadStatus.Withdrawn : UploadStatus.Incomplete, 0);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The sentence returned is not passed to <paramref name="log"/>. An archive that is itself wrong is removed; after a full disk
    /// or another fault outside, and after a cancellation, it is kept, so that the build can be processed again.
    /// </remarks>
    public async Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken)
    {
        if (build.Type != BuildType.Zip)
            return "This emulator runs uploaded archives only; upload the server build as a ZIP.";

        using var pass = await _gates.EnterAsync(build.Id, cancellationToken);
        if (_options.ProcessingDelay > TimeSpan.Zero)
            await Task.Delay(_options.ProcessingDelay, _options.Time, pass.Ended);

        await _slots.WaitAsync(pass.Ended);
        try
        {
            // Reading, unpacking and compressing all block; a thread of its own keeps that from the pool.
            return await Task.Factory.StartNew(
                () => Process(build, log, pass.Ended), pass.Ended, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _slots.Release();
        }
    }

    Task IBuildArtefacts.ExtractAsync(Build build, string directory, CancellationToken cancellationToken) =>
        ExtractAsync(build.Id, directory, cancellationToken);

    /// <inheritdoc cref="IBuildArtefacts.ExtractAsync"/>
    public async Task ExtractAsync(BuildId build, string directory, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => _pipeline.Extract(build, directory, cancellationToken), cancellationToken);
        }
        catch (BadArchiveException fault)
        {
            throw new ComputeException(StopReason.StartupFailureDownload, $"The build cannot be unpacked: {fault.Message}", fault);
        }
        catch (Exception fault) when (DiskFaults.IsEnvironmental(fault))
        {
            var why = DiskFaults.IsFull(fault) ? "the disk is full" : "its files could not be written";
            throw new ComputeException(StopReason.StartupFailureDownload, $"The build cannot be unpacked: {why}.", fault);
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(BuildId build, CancellationToken cancellationToken)
    {
        using var pass = await _gates.EvictAsync(build, cancellationToken);
        _pipeline.Remove(build);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private string? Process(Build build, Action<string> log, CancellationToken cancellationToken)
    {
        try
        {
            var (uploadBytes, artefactBytes) = _pipeline.Run(build, log, cancellationToken);
            if (uploadBytes > 0)
                Log.Repacked(_logger, build.Id.Value, uploadBytes, artefactBytes);
            return null;
        }
        catch (BadArchiveException fault)
        {
            Log.Refused(_logger, build.Id.Value, fault.Message);
            _pipeline.Remove(build.Id);
            return fault.Message;
        }
        catch (Exception fault) when (DiskFaults.IsEnvironmental(fault))
        {
            Log.ProcessingFailed(_logger, build.Id.Value, fault);
            return DiskFaults.IsFull(fault)
                ? "There is no room left on the host's disk; make some and process the build again."
                : "The host could not read or write the build's files; process the build again.";
        }
    }
}
