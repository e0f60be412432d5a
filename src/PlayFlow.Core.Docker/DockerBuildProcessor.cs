using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;

namespace PlayFlow.Core.Docker;

/// <summary>
/// Lets another processor check an archive and makes the build's image as the last step; pulls the image of a build that names
/// one. What cannot be run fails then, with a line in the build's log, and not when a server is started. Safe to call from any
/// thread.
/// </summary>
public sealed class DockerBuildProcessor : IBuildProcessor
{
    private readonly IBuildProcessor _inner;
    private readonly DockerComputeProvider _provider;

    /// <summary>A processor in front of another.</summary>
    /// <param name="inner">Checks archives, and has the files that the provider was given to make images of.</param>
    /// <param name="provider">Makes the images. Processing waits until it is started.</param>
    public DockerBuildProcessor(IBuildProcessor inner, DockerComputeProvider provider)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(provider);
        _inner = inner;
        _provider = provider;
    }

    /// <inheritdoc/>
    public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken) =>
        ProcessAsync(build, credentials: null, log, cancellationToken);

    /// <inheritdoc/>
    public async Task<string?> ProcessAsync(
        Build build, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(log);
        var fault = build.Type == BuildType.Zip ? await _inner.ProcessAsync(build, log, cancellationToken).ConfigureAwait(false) : null;
        return fault ?? await _provider.MakeImageAsync(build, credentials, log, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(BuildId build, CancellationToken cancellationToken)
    {
        await _inner.DeleteAsync(build, cancellationToken).ConfigureAwait(false);
        await _provider.RemoveImageAsync(build, cancellationToken).ConfigureAwait(false);
    }
}
