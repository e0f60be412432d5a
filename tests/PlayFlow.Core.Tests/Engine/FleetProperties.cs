using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Testing;
using PlayFlow.Core.Testing.Engine;

namespace PlayFlow.Core.Tests.Engine;

/// <summary>The laws of the fleet, each over random walks of commands, reports and time.</summary>
public sealed class FleetProperties
{
    private static readonly HashSet<(ServerState, ServerState)> Moves =
    [
        (ServerState.Launching, ServerState.Running),
        (ServerState.Launching, ServerState.BackingOff),
        (ServerState.Launching, ServerState.Restarting),
        (ServerState.Launching, ServerState.Stopping),
        (ServerState.Launching, ServerState.Stopped),
        (ServerState.Running, ServerState.Launching),
        (ServerState.Running, ServerState.BackingOff),
        (ServerState.Running, ServerState.Restarting),
        (ServerState.Running, ServerState.Stopping),
        (ServerState.Running, ServerState.Stopped),
        (ServerState.BackingOff, ServerState.Launching),
        (ServerState.BackingOff, ServerState.Restarting),
        (ServerState.BackingOff, ServerState.Stopping),
        (ServerState.Restarting, ServerState.Launching),
        (ServerState.Restarting, ServerState.Stopping),
        (ServerState.Stopping, ServerState.Stopped),
    ];

    [Test]
    public void Status_only_moves_along_the_table() => Law(walk => walk.History.All(step =>
        step.Before is null || step.After is null || step.Before.State == step.After.State || Moves.Contains((step.Before.State, step.After.State))));

    [Test]
    public void Running_is_left_for_launching_only_by_a_claim() => Law(walk => walk.History.All(step =>
        step.Before?.State is not ServerState.Running || step.After?.State is not ServerState.Launching
        || step.Happened is FleetEvent.PoolServerClaimed));

    [Test]
    public void A_stopped_server_has_no_ports() => Law(walk =>
        walk.Fleet.Servers.All(server => server.State is not ServerState.Stopped || (server.Ports.IsEmpty && server.EndingPorts.IsEmpty)));

    [Test]
    public void A_server_keeps_its_ports_until_it_has_ended_or_has_others() => Law(walk => walk.History.All(step =>
        step.Before is null || step.After is null || step.Before.Ports.SequenceEqual(step.After.Ports)
        || step.Happened is FleetEvent.RestartRequested or FleetEvent.ServerEnded));

    [Test]
    public void Ports_of_the_process_before_a_restart_are_kept_until_it_has_ended() => Law(walk => walk.History.All(step =>
        step.Happened switch
        {
            FleetEvent.RestartRequested when step.Before!.State is ServerState.Launching or ServerState.Running =>
                step.After!.EndingPorts.SequenceEqual(step.Before.Ports),
            FleetEvent.Relaunched or FleetEvent.ServerEnded => step.After is null || step.After.EndingPorts.IsEmpty,
            _ => step.Before is null || step.After is null || step.Before.EndingPorts.SequenceEqual(step.After.EndingPorts)
                || step.Happened is FleetEvent.RestartRequested,
        }));

    [Test]
    public void No_external_port_is_held_twice() => LawAtEveryStep(walk =>
    {
        var held = Held(walk.Fleet).ToList();
        return held.Distinct().Count() == held.Count;
    });

    [Test]
    public void The_pool_holds_what_live_servers_hold_and_nothing_else() => LawAtEveryStep(walk =>
    {
        var held = Held(walk.Fleet).ToHashSet();
        return Hosts(walk).All(host => Each(PortProtocol.Udp, PortProtocol.Tcp).All(protocol =>
            Numbers(host).All(number => walk.Fleet.FindPorts(host.Id)!.IsHeld(number, protocol) == held.Contains((host.Id, number, protocol)))));
    });

    [Test]
    public void Free_and_held_and_cooling_make_the_range() => LawAtEveryStep(walk =>
        Hosts(walk).All(host => Each(PortProtocol.Udp, PortProtocol.Tcp).All(protocol =>
        {
            var pool = walk.Fleet.FindPorts(host.Id)!;
            return pool.FreeCount(protocol) + pool.HeldCount(protocol) + pool.CoolingCount(protocol) == pool.Range.Count;
        })));

    [Test]
    public void A_tcp_and_a_udp_port_of_one_internal_number_share_the_external_one() => Law(walk =>
        walk.Fleet.Servers.All(server => server.Ports.GroupBy(port => port.InternalPort).All(group => group.Select(port => port.ExternalPort).Distinct().Count() == 1)));

    [Test]
    public void An_external_port_differs_from_its_internal_one() => Law(walk =>
        walk.Fleet.Servers.All(server => server.Ports.All(port => port.ExternalPort != port.InternalPort)));

    [Test]
    public void A_region_of_its_own_is_served_by_its_own_host_first() => Law(walk => walk.History.All(step =>
        step.Happened is not FleetEvent.ServerStarted { Server: { Spec.Region: not "us-east" } server } || server.Host != "east"));

    [Test]
    public void No_host_holds_more_servers_than_its_capacity() => LawAtEveryStep(walk =>
        walk.Fleet.Servers.Count(server => server.State is not ServerState.Stopped && server.Host == "any") <= 9);

    [Test]
    public void A_restart_keeps_the_id_and_changes_every_port() => Law(walk => walk.History.All(step =>
        step.Happened is not FleetEvent.RestartRequested e
        || (step.After!.Id == step.Before!.Id
            && e.Ports.All(port => step.Before.Ports.Concat(step.Before.EndingPorts).All(old =>
                old.ExternalPort != port.ExternalPort || old.Protocol != port.Protocol || step.Before.Host != e.Host)))));

    [Test]
    public void A_restart_begins_the_lifetime_again() => Law(walk => walk.History.All(step =>
        step.Happened is not FleetEvent.RestartRequested e || e.ExpiresAt == e.At + e.Spec.Ttl));

    [Test]
    public void A_ttl_ends_a_server_once_and_never_early() => Law(walk =>
    {
        var expired = walk.History.Where(step => step.Happened is FleetEvent.StopRequested { Reason.Word: "TTL_EXPIRED" }).ToList();
        return expired.All(step => step.Before!.ExpiresAt == step.Happened.At)
            && expired.Select(step => step.Before!.Id).Distinct().Count() == expired.Count;
    });

    [Test]
    public void No_server_outlives_its_ttl() => LawAtEveryStep(walk =>
        walk.Fleet.Servers.All(server => server.Status is ServerStatus.Stopped || server.ExpiresAt is null || server.ExpiresAt >= walk.Now));

    [Test]
    public void A_process_that_was_asked_to_end_is_killed_when_its_grace_is_over() => LawAtEveryStep(walk =>
        walk.Fleet.Servers.All(server => server.State is not (ServerState.Stopping or ServerState.Restarting) || server.KillAt >= walk.Now));

    [Test]
    public void Automatic_restarts_never_exceed_ten() => Law(walk => walk.Fleet.Servers.All(server => server.AutoRestarts <= 10));

    [Test]
    public void A_plan_of_one_server_never_has_two() => LawAtEveryStep(walk =>
        walk.Fleet.Servers.Count(server => server.Project == FleetSimulation.Projects[1] && server.IsActive) <= 1);

    [Test]
    public void The_free_plan_forces_an_hour_and_the_small_size() => Law(walk => walk.Fleet.Servers.All(server =>
        server.Project != FleetSimulation.Projects[1] || (server.Spec.Ttl == TimeSpan.FromHours(1) && server.Spec.Size.Name == "small")));

    [Test]
    public void The_active_count_is_the_number_of_active_servers() => LawAtEveryStep(walk =>
        FleetSimulation.Projects.All(project => walk.Fleet.CountActive(project)
            == walk.Fleet.Servers.Count(server => server.Project == project && server.IsActive)));

    [Test]
    public void Persistent_sizes_have_no_ttl_and_always_restart() => Law(walk => walk.Fleet.Servers.All(server =>
        !server.Spec.Size.IsPersistent || (server.Spec.Ttl is null && server.Spec.AutoRestart)));

    [Test]
    public void Versions_of_a_name_are_one_two_three() => Law(walk => walk.Fleet.Builds
        .GroupBy(build => (build.Project, build.Name))
        .All(group => group.Select(build => build.Version).SequenceEqual(Enumerable.Range(1, group.Count()))));

    [Test]
    public void A_pool_server_is_claimed_at_most_once() => Law(walk => walk.History
        .Where(step => step.Happened is FleetEvent.PoolServerClaimed)
        .GroupBy(step => step.Before!.Id)
        .All(claims => claims.Count() == 1));

    [Test]
    public void Only_a_running_idle_server_that_fits_is_claimed() => Law(walk => walk.History.All(step =>
        step.Happened is not FleetEvent.PoolServerClaimed e
        || (step.Before is { State: ServerState.Running, IsIdlePoolServer: true }
            && step.Before.Spec.Region == e.Spec.Region
            && step.Before.Spec.Size == e.Spec.Size
            && step.Before.Ports == step.After!.Ports
            && e.Spec is { StartupArgs: null, Environment.IsEmpty: true, Ports.IsEmpty: true })));

    [Test]
    public void A_pool_never_grows_beyond_its_target() => Law(walk => walk.History.All(step =>
        step.Happened is not FleetEvent.ServerStarted { Server.IsPoolServer: true } e || e.Server.Project == FleetSimulation.Projects[0]));

    [Test]
    public void Every_launch_is_ordered_once_until_it_is_reported_unknown() => Law(
        walk => walk.Effects.OfType<FleetEffect.LaunchCompute>().GroupBy(effect => effect.Server.Compute).All(orders => orders.Count() == 1),
        step => step is not FleetStep.Lose);

    [Test]
    public void A_launch_waits_for_the_one_before_it_to_be_forgotten() => Law(walk =>
    {
        var forgotten = new HashSet<ComputeId>();
        foreach (var effect in walk.Effects)
        {
            if (effect is FleetEffect.ForgetCompute forget)
            {
                forgotten.Add(forget.Id);
            }

            if (effect is FleetEffect.LaunchCompute { Server: { Launch: > 1 } server } && !forgotten.Contains(new ComputeId(server.Id, server.Launch - 1)))
            {
                return false;
            }
        }

        return true;
    });

    [Test]
    public void The_artefact_of_a_deleted_build_goes_with_its_last_server_and_not_before() => LawAtEveryStep(walk =>
    {
        var removed = walk.Effects.OfType<FleetEffect.DeleteArtefact>().Select(effect => effect.Id).ToHashSet();
        var used = walk.Fleet.Servers.Where(server => server.State is not ServerState.Stopped).Select(server => server.Build.Id).ToHashSet();
        return walk.Fleet.Builds.All(build => removed.Contains(build.Id) == (build.State is BuildState.Deleted && !used.Contains(build.Id)))
            && walk.Fleet.UnusedBuilds.ToHashSet().SetEquals(removed);
    });

    [Test]
    public void No_more_stopped_servers_stay_in_memory_than_the_rules_say() => LawAtEveryStep(walk =>
        walk.Fleet.Servers.Count(server => server.State is ServerState.Stopped) <= walk.Fleet.Rules.StoppedServersInMemory);

    [Test]
    public void Stopping_again_changes_nothing() => Law(walk => walk.Fleet.Servers
        .Where(server => server.Status is ServerStatus.Stopped)
        .All(server => walk.Fleet.Decide(new FleetCommand.RequestStop(walk.Now, server.Id, StopReason.TtlExpired)) is
        { Events.IsEmpty: true, Effects.IsEmpty: true, Refusal: null }));

    [Test]
    public void The_fold_of_the_events_is_the_live_fleet() => LawAtEveryStep(walk =>
    {
        var folded = new Fleet(walk.Fleet.Rules);
        foreach (var (happened, _, _) in walk.History)
        {
            folded.Apply(happened);
        }

        return Same(folded, walk.Fleet, walk.Now) && folded.NextDeadline == walk.Fleet.NextDeadline;
    });

    [Test]
    public void Every_event_reads_back_as_it_was_written() => Law(walk => walk.History.All(step =>
    {
        var bytes = Bytes(step.Happened);
        return bytes.AsSpan().SequenceEqual(Bytes(EventFormat.Read(bytes)));
    }));

    [Test]
    public void A_snapshot_rebuilds_the_fleet() => Law(walk =>
    {
        var restored = FleetImage.Restore(FleetImage.Take(walk.Fleet, walk.Now).Encode().Span, walk.Fleet.Rules);
        return Same(restored, walk.Fleet, walk.Now)
            && restored.NextDeadline == walk.Fleet.NextDeadline
            && Held(restored).Order().SequenceEqual(Held(walk.Fleet).Order())
            && Hosts(walk).All(host => restored.FindPorts(host.Id)!.HeldCount(PortProtocol.Udp) == walk.Fleet.FindPorts(host.Id)!.HeldCount(PortProtocol.Udp));
    });

    [Test]
    public void The_same_steps_give_the_same_bytes() => Prop.ForAll(Steps.Of(FleetStep.Generator), steps =>
            Walk(steps).History.SelectMany(step => Bytes(step.Happened)).SequenceEqual(Walk(steps).History.SelectMany(step => Bytes(step.Happened))))
        .Check(Cases);

    [Test]
    public void A_refused_command_changes_nothing() => LawAtEveryStep(walk =>
        walk.Decisions[^1].Refusal is null || walk.Decisions[^1].Events.IsEmpty);

    [Test]
    public void Resolution_picks_what_the_four_rules_pick() => LawAtEveryStep(walk =>
    {
        var started = walk.History.Count == 0 ? null : walk.History[^1].Happened as FleetEvent.ServerStarted;
        return started is null || walk.Fleet.FindBuild(started.Server.Build.Id) is { State: BuildState.Ready };
    });

    [Test]
    public void Walks_reach_every_event_and_every_move_of_the_table()
    {
        var moves = new HashSet<(ServerState, ServerState)>();
        var events = new HashSet<Type>();
        Prop.ForAll(Steps.Of(FleetStep.Generator), steps =>
        {
            foreach (var (happened, before, after) in Walk(steps).History)
            {
                events.Add(happened.GetType());
                if (before is not null && after is not null && before.State != after.State)
                {
                    moves.Add((before.State, after.State));
                }
            }
        }).Check(Cases.WithMaxTest(5000).WithReplay(1, 1));

        var kinds = typeof(FleetEvent).GetNestedTypes().Where(type => !type.IsAbstract && type != typeof(FleetEvent.ServerRecalled));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(events, Is.EquivalentTo(kinds));
            Assert.That(moves, Is.EquivalentTo(Moves));
        }
    }

    private static Config Cases => Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(60).WithQuietOnSuccess(true);

    private static void Law(Func<FleetSimulation, bool> holds, Func<FleetStep, bool>? only = null) =>
        Prop.ForAll(Steps.Of(FleetStep.Generator), steps => holds(Walk(steps.Where(only ?? (_ => true))))).Check(Cases);

    private static void LawAtEveryStep(Func<FleetSimulation, bool> holds) =>
        Prop.ForAll(Steps.Of(FleetStep.Generator), steps =>
        {
            var walk = new FleetSimulation();
            foreach (var step in steps)
            {
                walk.Take(step);
                if (!holds(walk))
                {
                    return false.Label($"after {step}");
                }
            }

            return true.ToProperty();
        }).Check(Cases);

    private static FleetSimulation Walk(IEnumerable<FleetStep> steps)
    {
        var walk = new FleetSimulation();
        foreach (var step in steps)
        {
            walk.Take(step);
        }

        return walk;
    }

    private static bool Same(Fleet one, Fleet other, DateTimeOffset at) =>
        FleetImage.Take(one, at).Encode().Span.SequenceEqual(FleetImage.Take(other, at).Encode().Span);

    private static IEnumerable<(string Host, int Number, PortProtocol Protocol)> Held(Fleet fleet) => fleet.Servers.SelectMany(server =>
        server.Ports.Select(port => (server.Host, port.ExternalPort, port.Protocol))
            .Concat(server.EndingPorts.Select(port => (server.EndingHost!, port.ExternalPort, port.Protocol))));

    private static IEnumerable<ComputeHost> Hosts(FleetSimulation walk) => walk.Fleet.Hosts;

    private static IEnumerable<int> Numbers(ComputeHost host) => Enumerable.Range(host.Ports.First, host.Ports.Count);

    private static T[] Each<T>(params T[] values) => values;

    private static byte[] Bytes(FleetEvent happened)
    {
        var output = new ArrayBufferWriter<byte>();
        EventFormat.Write(happened, output);
        return output.WrittenSpan.ToArray();
    }
}
