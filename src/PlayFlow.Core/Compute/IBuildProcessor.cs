using PlayFlow.Core.Builds;

namespace PlayFlow.Core.Compute;

/// <summary>Turns what was uploaded into what can be launched. Safe to call from any thread; safe to run twice for a build.</summary>
public interface IBuildProcessor
{
    /// <summary>Checks and repacks a build's upload.</summary>
    /// <param name="build">The build, in <see cref="BuildState.Processing"/>.</param>
    /// <param name="log">Takes the lines of the build's log, in order.</param>
    /// <param name="cancellationToken">Cancelled when the build is deleted or the host stops.</param>
    /// <returns>Null when the build is ready; otherwise one sentence on what is wrong with it.</returns>
    Task<string?> ProcessAsync(Build build, Action<string> log, CancellationToken cancellationToken);

    /// <summary>
    /// The same for a build that came with credentials for the registry of its image. They are handed over once: a build that is
    /// taken up after a restart, or processed again, comes without. By default they are not looked at.
    /// </summary>
    /// <param name="build">The build, in <see cref="BuildState.Processing"/>.</param>
    /// <param name="credentials">What the registry wants, or null. Secret: to be forgotten on return, and never logged.</param>
    /// <param name="log">Takes the lines of the build's log, in order.</param>
    /// <param name="cancellationToken">Cancelled when the build is deleted or the host stops.</param>
    /// <returns>Null when the build is ready; otherwise one sentence on what is wrong with it.</returns>
    Task<string?> ProcessAsync(Build build, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken) =>
        ProcessAsync(build, log, cancellationToken);

    /// <summary>Removes everything stored for a build. An unknown build is harmless.</summary>
    Task DeleteAsync(BuildId build, CancellationToken cancellationToken);
}
