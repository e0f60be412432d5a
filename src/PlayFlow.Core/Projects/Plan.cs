using PlayFlow.Core.Catalog;
using PlayFlow.Core.Problems;

namespace PlayFlow.Core.Projects;

/// <summary>What an account may do. The two plans and their figures are the service's published ones.</summary>
public sealed class Plan
{
    private Plan(string name) => Name = name;

    /// <summary>One active server, an hour of life, the small size, no pool.</summary>
    public static Plan Free { get; } = new("free")
    {
        MaxActiveServers = 1,
        ForcedTtl = TimeSpan.FromHours(1),
        OnlySize = ComputeSize.Small,
        AllowsPools = false,
    };

    /// <summary>No limits.</summary>
    public static Plan Pro { get; } = new("pro") { AllowsPools = true };

    /// <summary>The name in options and journals.</summary>
    public string Name { get; }

    /// <summary>How many servers may be launching or running at once, or null for any number. Idle pool servers do not count.</summary>
    public int? MaxActiveServers { get; private init; }

    /// <summary>The lifetime every server gets whatever was asked for, or null for a free choice.</summary>
    public TimeSpan? ForcedTtl { get; private init; }

    /// <summary>The only size allowed, or null for all.</summary>
    public ComputeSize? OnlySize { get; private init; }

    /// <summary>Whether warm pools may be configured.</summary>
    public bool AllowsPools { get; private init; }

    /// <summary>The plan of that name, or null.</summary>
    public static Plan? Find(string name) => name switch
    {
        "free" => Free,
        "pro" => Pro,
        _ => null,
    };

    /// <summary>Why the plan refuses one more server of a size, or null when it does not.</summary>
    public Problem? Refuse(ComputeSize size, int activeServers) =>
        activeServers >= MaxActiveServers
            ? new Problem(ProblemCode.PlanLimit, FormattableString.Invariant(
                $"Plan limit reached: the {Name} plan allows {MaxActiveServers} active server(s) at a time"))
        : OnlySize is { } only && only != size
            ? new Problem(ProblemCode.PlanLimit, $"Plan limit: the {Name} plan allows only the compute size '{only.Name}'")
        : null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
