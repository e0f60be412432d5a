using System.Collections.Immutable;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>The wish for warm servers: so many of each size in each region. Null takes it back.</summary>
internal static class PoolBody
{
    private const int MaxCount = 10;
    private const int MaxTotal = 50;

    /// <summary>Reads and checks it; null when it is not given, or given as null.</summary>
    public static PoolConfig? Read(BodyFields body, FleetRules rules, ViolationList violations)
    {
        if (body.IsNull("pool_config") || body.Fields("pool_config") is not { } pool)
        {
            return null;
        }

        var path = FieldPath.Of("pool_config");
        var enabled = pool.Boolean("enabled");
        if (enabled is null)
        {
            violations.Add(Violation.Required(path.Field("enabled")));
        }

        var targets = pool.Fields("regions") is { } regions ? Targets(regions, path.Field("regions"), rules, violations) : [];
        if (targets.Sum(target => (long)target.Count) > MaxTotal)
        {
            violations.Add(Violation.OfRule(
                path.Field("regions"), FormattableString.Invariant($"A pool holds at most {MaxTotal} servers in all")));
        }

        return new PoolConfig(enabled ?? false, targets);
    }

    private static ImmutableArray<PoolTarget> Targets(BodyFields regions, FieldPath path, FleetRules rules, ViolationList violations)
    {
        var targets = ImmutableArray.CreateBuilder<PoolTarget>();
        foreach (var region in regions.Names())
        {
            var at = path.Field(region);
            if (!rules.AcceptAnyRegion && !Region.IsKnown(region))
            {
                violations.Add(Violation.NotInEnum(at, Region.All, region));
            }
            else if (regions.Fields(region) is { } sizes)
            {
                targets.AddRange(sizes.Names().Select(size => Target(sizes, region, size, at.Field(size), violations)).OfType<PoolTarget>());
            }
        }

        return targets.ToImmutable();
    }

    private static PoolTarget? Target(BodyFields sizes, string region, string size, FieldPath path, ViolationList violations)
    {
        if (ComputeSize.Find(size) is null)
        {
            violations.Add(Violation.NotInEnum(path, ComputeSize.All.Select(known => known.Name), size));
            return null;
        }

        var count = sizes.Integer(size);
        violations.Add(count is { } number ? Violation.OutsideRange(path, number, 0, MaxCount) : null);
        return new PoolTarget(region, size, (int)Math.Clamp(count ?? 0, 0, MaxCount));
    }
}
