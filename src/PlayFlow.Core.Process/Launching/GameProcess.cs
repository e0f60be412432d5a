using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Launching;

/// <summary>
/// The processes of one launch, as the system gives them. Disposing lets go of them without ending them where the system
/// allows that.
/// </summary>
internal abstract class GameProcess : IDisposable
{
    /// <summary>Completes when the main process is gone, with how it went; processes it started may still run.</summary>
    public abstract Task<ComputeExit> Completion { get; }

    /// <summary>True when a process of the launch holds the socket.</summary>
    public abstract bool Owns(BoundSocket socket);

    /// <summary>Asks every process of the launch to end.</summary>
    public abstract void Terminate();

    /// <summary>Ends every process of the launch, and goes on until the main process is gone.</summary>
    public abstract void Kill();

    /// <summary>After <see cref="Completion"/>: ends what the main process left behind; false when something could not be ended.</summary>
    public abstract Task<bool> EndStragglersAsync();

    /// <inheritdoc/>
    public abstract void Dispose();
}
