using PlayFlow.Core.Builds;

namespace PlayFlow.Core.Compute;

/// <summary>Where the files of ready builds come from. Safe to call from any thread.</summary>
public interface IBuildArtefacts
{
    /// <summary>Writes the build's checked files below an empty directory, execute bits set where the archive had them.</summary>
    /// <exception cref="ComputeException">The artefact is missing or cannot be unpacked.</exception>
    Task ExtractAsync(Build build, string directory, CancellationToken cancellationToken);
}
