using PlayFlow.Core.Builds;

namespace PlayFlow.Core.Compute.Fake;

/// <summary>Finds nothing wrong with any build: made-up servers need no files.</summary>
public sealed class FakeBuildProcessor : IBuildProcessor
{
    /// <inheritdoc/>
    public Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public Task DeleteAsync(BuildId build, CancellationToken cancellationToken) => Task.CompletedTask;
}
