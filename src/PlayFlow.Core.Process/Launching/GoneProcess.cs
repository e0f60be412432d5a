using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Launching;

/// <summary>A launch of which no process can be left. Touches nothing.</summary>
internal sealed class GoneProcess(ComputeExit exit) : GameProcess
{
    public override Task<ComputeExit> Completion { get; } = Task.FromResult(exit);

    public override bool Owns(BoundSocket socket) => false;

    public override void Terminate()
    {
        // Nothing is left to ask.
    }

    public override void Kill()
    {
        // Nothing is left to end.
    }

    public override Task<bool> EndStragglersAsync() => Task.FromResult(true);

    public override void Dispose()
    {
        // Holds nothing.
    }
}
