using System.Collections.Immutable;
using PlayFlow.Core.Problems;

namespace PlayFlow.Core.Engine;

/// <summary>What a command leads to: events and effects, or a refusal. Neither means that nothing needs to happen.</summary>
public readonly struct Decision
{
    private Decision(ImmutableArray<FleetEvent> events, ImmutableArray<FleetEffect> effects, Problem? refusal)
    {
        Events = events;
        Effects = effects;
        Refusal = refusal;
    }

    /// <summary>Accepted, with nothing to change: a repeated or belated command.</summary>
    public static Decision Nothing { get; } = new([], [], null);

    /// <summary>What happened, in order.</summary>
    public ImmutableArray<FleetEvent> Events { get; }

    /// <summary>What is to be done outside, in order.</summary>
    public ImmutableArray<FleetEffect> Effects { get; }

    /// <summary>Why the command was refused, or null.</summary>
    public Problem? Refusal { get; }

    /// <summary>Accepted: this happened.</summary>
    public static Decision Accept(FleetEvent happened, params ReadOnlySpan<FleetEffect> effects) =>
        new([happened], [.. effects], null);

    /// <summary>Accepted: these happened.</summary>
    public static Decision Accept(ImmutableArray<FleetEvent> events, params ReadOnlySpan<FleetEffect> effects) =>
        new(events, [.. effects], null);

    /// <summary>The same, and one thing more to be done.</summary>
    internal Decision And(FleetEffect effect) => new(Events, Effects.Add(effect), Refusal);

    /// <summary>The same, and what another decision leads to after it. Neither is a refusal.</summary>
    internal Decision And(Decision other) => new(Events.AddRange(other.Events), Effects.AddRange(other.Effects), null);

    /// <summary>Refused.</summary>
    public static Decision Refuse(Problem problem) => new([], [], problem);
}
