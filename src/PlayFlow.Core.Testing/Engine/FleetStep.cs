using FsCheck;
using FsCheck.Fluent;

namespace PlayFlow.Core.Testing.Engine;

/// <summary>
/// One step of a random walk over a fleet. Numbers pick among what is there when the step is taken, so that any part of a walk
/// is a walk: <c>Server = 7</c> means the eighth server ever started, counted round.
/// </summary>
public abstract record FleetStep
{
    /// <summary>Start a server. <paramref name="Shape"/> varies its size, TTL, ports and build.</summary>
    public sealed record Start(int Project, int Shape) : FleetStep;

    /// <summary>Stop a server.</summary>
    public sealed record Stop(int Server) : FleetStep;

    /// <summary>Restart a server.</summary>
    public sealed record Restart(int Server, int Shape) : FleetStep;

    /// <summary>Replace a server's custom data.</summary>
    public sealed record Update(int Server) : FleetStep;

    /// <summary>The provider reports the ports of a launch open: the present one, or one before it.</summary>
    public sealed record OpenPorts(int Server, int Back) : FleetStep;

    /// <summary>A server's process says of itself that it is ready.</summary>
    public sealed record ReportSelf(int Server) : FleetStep;

    /// <summary>The provider reports a launch ended: the present one, or one before it.</summary>
    public sealed record End(int Server, int Back, int Exit) : FleetStep;

    /// <summary>The provider knows nothing of a server's present launch.</summary>
    public sealed record Lose(int Server) : FleetStep;

    /// <summary>Time passes, and every deadline on the way is acted on.</summary>
    public sealed record Wait(int Seconds) : FleetStep;

    /// <summary>Time passes to the last moment before the next deadline, and whose it is is woken too early.</summary>
    public sealed record WakeEarly : FleetStep;

    /// <summary>A build is made and moved along its life as far as <paramref name="Progress"/> says.</summary>
    public sealed record AddBuild(int Project, int Name, int Progress) : FleetStep;

    /// <summary>A build is deleted.</summary>
    public sealed record DeleteBuild(int Build) : FleetStep;

    /// <summary>A project's pool gets a target.</summary>
    public sealed record SetPool(int Project, int Count) : FleetStep;

    /// <summary>A project's pool is tended once.</summary>
    public sealed record TendPool(int Project) : FleetStep;

    /// <summary>A port turns out to be held by a stranger.</summary>
    public sealed record BlockPort(int Port) : FleetStep;

    /// <summary>Steps in proportions that keep a fleet lively.</summary>
    public static Gen<FleetStep> Generator { get; } = Gen.Frequency(
        (10, from project in Gen.Choose(0, 1) from shape in Gen.Choose(0, 63) select (FleetStep)new Start(project, shape)),
        (4, from server in Some select (FleetStep)new Stop(server)),
        (4, from server in Some from shape in Gen.Choose(0, 63) select (FleetStep)new Restart(server, shape)),
        (1, from server in Some select (FleetStep)new Update(server)),
        (10, from server in Some from back in Rarely select (FleetStep)new OpenPorts(server, back)),
        (10, from server in Some from back in Rarely from exit in Gen.Choose(0, 3) select (FleetStep)new End(server, back, exit)),
        (1, from server in Some select (FleetStep)new ReportSelf(server)),
        (1, from server in Some select (FleetStep)new Lose(server)),
        (5, from seconds in Gen.Elements(0, 1, 3, 30, 60, 600, 4000) select (FleetStep)new Wait(seconds)),
        (2, Gen.Constant((FleetStep)new WakeEarly())),
        (2, from project in Gen.Choose(0, 1)
            from name in Gen.Choose(0, 2)
            from progress in Gen.Choose(0, 5)
            select (FleetStep)new AddBuild(project, name, progress)),
        (1, from build in Some select (FleetStep)new DeleteBuild(build)),
        (2, from project in Gen.Choose(0, 1) from count in Gen.Choose(0, 3) select (FleetStep)new SetPool(project, count)),
        (3, from project in Gen.Choose(0, 1) select (FleetStep)new TendPool(project)),
        (1, from port in Gen.Choose(0, 40) select (FleetStep)new BlockPort(port)));

    private static Gen<int> Some => Gen.Choose(0, 30);

    private static Gen<int> Rarely => Gen.Frequency((9, Gen.Constant(0)), (1, Gen.Choose(1, 2)));
}
