using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Control;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Tests.Support;

/// <summary>A second project beside the one every emulator has.</summary>
internal static class Projects
{
    public const string OtherServerKey = "pf_other";
    public const string OtherClientKey = "pfclient_other";

    /// <summary>Options of an emulator with both, and with the control API.</summary>
    public static EmulatorOptions Two { get; } = new()
    {
        RateLimit = false,
        Control = true,
        Projects = [new ProjectEntry("other", "The other", OtherServerKey, OtherClientKey, Plan.Pro)],
    };
}
