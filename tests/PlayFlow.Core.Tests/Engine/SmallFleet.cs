using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Tests.Engine;

/// <summary>A fleet of one project with one build that can be started.</summary>
internal static class SmallFleet
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly ProjectId Project = new("p");

    private static readonly ProjectKeys Keys = new("pf_p", "pfclient_p");

    /// <summary>A fleet on these hosts, or on one of ten ports.</summary>
    public static Fleet Of(Plan plan, params ComputeHost[] hosts)
    {
        var fleet = new Fleet(new FleetRules());
        foreach (var host in hosts.DefaultIfEmpty(new ComputeHost("h", "a", PortRange.Create(30000, 30009))))
        {
            Apply(fleet, new FleetCommand.OfferHost(Now, host));
        }

        SetPlan(fleet, plan);
        AddBuild(fleet, Build.DefaultName, "b");
        return fleet;
    }

    /// <summary>Makes the next version of a name, which can be started.</summary>
    public static void AddBuild(Fleet fleet, string name, string id)
    {
        var build = new BuildId(id);
        Apply(fleet, new FleetCommand.CreateBuild(Now, Project, build, name, BuildType.Zip, "game", null));
        Apply(fleet, new FleetCommand.BeginProcessing(Now, build));
        Apply(fleet, new FleetCommand.FinishProcessing(Now, build, true));
    }

    /// <summary>Puts the project on a plan.</summary>
    public static void SetPlan(Fleet fleet, Plan plan) => Apply(fleet, new FleetCommand.ConfigureProject(Now, Project, "p", Keys, plan));

    /// <summary>Decides and folds; gives why it was refused.</summary>
    public static Problem? Apply(Fleet fleet, FleetCommand command)
    {
        var decision = fleet.Decide(command);
        foreach (var happened in decision.Events)
        {
            fleet.Apply(happened);
        }

        return decision.Refusal;
    }
}
