using System.Net;
using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>The images the engine has, and those it can get. Safe to call from any thread.</summary>
internal sealed class EngineImages(DockerEngine engine, TimeProvider time)
{
    /// <summary>An image that others are made upon, pulled if the engine does not have it.</summary>
    /// <exception cref="ComputeException">It is not there and cannot be pulled.</exception>
    /// <exception cref="EngineException">The engine does not answer.</exception>
    public async Task<ImageInspectResponse> ProvideAsync(string image, Action<string> log, CancellationToken cancellationToken)
    {
        if (await FindAsync(image, cancellationToken).ConfigureAwait(false) is { } present)
        {
            return present;
        }

        log($"Pulling the base image {image}.");
        try
        {
            var progress = new PullProgress(log, time, static () => { });
            await engine.CallLongAsync(
                (client, token) => client.Images.CreateImageAsync(
                    new ImagesCreateParameters { FromImage = WithTag(image) }, authConfig: null, progress, token),
                cancellationToken).ConfigureAwait(false);
            if (progress.Fault is { } fault)
            {
                throw new EngineException(fault, HttpStatusCode.NotFound);
            }
        }
        catch (EngineException e) when (!e.IsUnreachable)
        {
            throw Unavailable(
                $"the base image '{image}' is not on the Docker engine and cannot be pulled: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        return await FindAsync(image, cancellationToken).ConfigureAwait(false)
            ?? throw Unavailable($"the base image '{image}' was pulled and is not there", null);
    }

    /// <summary>An image, or null when the engine does not have it.</summary>
    public async Task<ImageInspectResponse?> FindAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.CallAsync((client, token) => client.Images.InspectImageAsync(image, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Has the engine take an image out of an archive.</summary>
    /// <exception cref="EngineException">It does not.</exception>
    public async Task LoadAsync(Stream archive, CancellationToken cancellationToken)
    {
        var outcome = new LoadOutcome();
        await engine.CallLongAsync(
            (client, token) => client.Images.LoadImageAsync(new ImageLoadParameters { Quiet = true }, archive, outcome, token),
            cancellationToken).ConfigureAwait(false);
        if (outcome.Fault is { } fault)
        {
            throw new EngineException(fault, HttpStatusCode.InternalServerError);
        }
    }

    /// <summary>The images that a filter lets through.</summary>
    public Task<IList<ImagesListResponse>> ListAsync(
        IDictionary<string, IDictionary<string, bool>> filters, CancellationToken cancellationToken) => engine.CallAsync(
            (client, token) => client.Images.ListImagesAsync(new ImagesListParameters { Filters = filters }, token), cancellationToken);

    /// <summary>Gives an image one more name.</summary>
    public Task TagAsync(string image, string repository, string tag, CancellationToken cancellationToken) => engine.CallAsync(
        (client, token) => client.Images.TagImageAsync(image, new ImageTagParameters { RepositoryName = repository, Tag = tag }, token),
        cancellationToken);

    /// <summary>Takes a name away from an image, and removes it with the last one. An unknown image is harmless.</summary>
    /// <exception cref="EngineException">A container uses it.</exception>
    public async Task DeleteAsync(string image, CancellationToken cancellationToken)
    {
        try
        {
            await engine.CallAsync(
                (client, token) => client.Images.DeleteImageAsync(image, new ImageDeleteParameters { Force = false }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.IsNotFound)
        {
            // As wished.
        }
    }

    // Without a tag the engine would pull every one there is.
    private static string WithTag(string image) =>
        image.Contains('@', StringComparison.Ordinal) || image.LastIndexOf(':') > image.LastIndexOf('/') ? image : image + ":latest";

    private static ComputeException Unavailable(string message, Exception? e) => new(StopReason.StartupFailureDownload, message, e);

    // What goes wrong after the first byte of the answer is told in it.
    private sealed class LoadOutcome : IProgress<JSONMessage>
    {
        public string? Fault { get; private set; }

        public void Report(JSONMessage value) => Fault ??= value.Error is { } error ? error.Message ?? "the image could not be loaded" : null;
    }
}
