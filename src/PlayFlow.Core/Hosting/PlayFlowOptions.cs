using PlayFlow.Core.Orchestration;

namespace PlayFlow.Core.Hosting;

/// <summary>What an embedded fleet is told. The defaults work; what does not is refused at the start, every problem listed.</summary>
public sealed class PlayFlowOptions
{
    /// <summary>How the fleet is run, the rules included.</summary>
    public OrchestratorOptions Fleet { get; set; } = new();

    /// <summary>
    /// The projects that are there from the start; by default one called <c>default</c>. Removing one here later does not remove
    /// it from a fleet that remembers it.
    /// </summary>
    public IList<ProjectOptions> Projects { get; } = [new ProjectOptions()];

    /// <summary>
    /// Whether game servers go on when the host stops, for the next start to take them up again where the provider can do that.
    /// The default is false: they are stopped with the host, for as long as the host waits.
    /// </summary>
    public bool LeaveServersRunning { get; set; }
}
