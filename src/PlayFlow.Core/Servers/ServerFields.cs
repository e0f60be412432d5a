using System.Collections.Immutable;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;

namespace PlayFlow.Core.Servers;

/// <summary>The rules of the fields that starts and restarts share. Lengths are recommended ones: the service publishes none.</summary>
internal readonly struct ServerFields(FleetRules rules, ViolationList violations)
{
    public const int MaxNameLength = 255;
    public const int MaxStartupArgsLength = 4096;

    // Linux takes 128 KiB for a variable and its name; a character is up to three bytes of it.
    public const int MaxVariableLength = 32_768;

    public void RequiredName(string? value)
    {
        if (value is null)
        {
            violations.Add(Violation.Required(FieldPath.Of("name")));
        }

        Name(value);
    }

    public void Name(string? value)
    {
        if (value is not null)
        {
            violations.Add(Violation.OutsideLength(FieldPath.Of("name"), value, 1, MaxNameLength) ?? HoldsNul(FieldPath.Of("name"), value));
        }
    }

    public void RequiredRegion(string? value)
    {
        var path = FieldPath.Of("region");
        violations.Add(value is null ? Violation.Required(path) : WrongRegion(path, value, rules));
    }

    /// <summary>What is wrong with a region, or null.</summary>
    public static Violation? WrongRegion(FieldPath path, string value, FleetRules rules) =>
        Region.IsKnown(value) ? null
        : value.Length == 0 || rules.AcceptAnyRegion ? Violation.OutsideLength(path, value, 1, MaxNameLength) ?? HoldsNul(path, value)
        : Violation.NotInEnum(path, Region.All, value);

    public ComputeSize? Size(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var size = ComputeSize.Find(value);
        violations.Add(size is null
            ? Violation.NotInEnum(FieldPath.Of("compute_size"), ComputeSize.All.Select(known => known.Name), value)
            : null);
        return size;
    }

    public void Version(long? value)
    {
        if (value is { } version)
        {
            violations.Add(Violation.OutsideRange(FieldPath.Of("version"), version, int.MinValue, int.MaxValue));
        }
    }

    public void StartupArgs(string? value)
    {
        if (value is not null)
        {
            var path = FieldPath.Of("startup_args");
            violations.Add(Violation.OutsideLength(path, value, 0, MaxStartupArgsLength)
                ?? HoldsNul(path, value)
                ?? (Servers.StartupArgs.TrySplit(value, out _) ? null : Violation.OfRule(path, "A quote is not closed")));
        }
    }

    public void Ttl(long? seconds)
    {
        if (seconds is { } value)
        {
            violations.Add(Violation.OutsideRange(
                FieldPath.Of("ttl"), value, (long)rules.MinTtl.TotalSeconds, (long)rules.MaxTtl.TotalSeconds));
        }
    }

    public void MatchId(string? value)
    {
        if (value is not null)
        {
            violations.Add(Violation.OutsideLength(FieldPath.Of("match_id"), value, 0, MaxNameLength) ?? HoldsNul(FieldPath.Of("match_id"), value));
        }
    }

    public ImmutableArray<KeyValuePair<string, string>>? Environment(IReadOnlyList<KeyValuePair<string, string>>? values)
    {
        if (values is null)
        {
            return null;
        }

        foreach (var (name, value) in values)
        {
            var path = FieldPath.Of("environment_variables").Field(name);
            violations.Add(
                name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0
                    ? Violation.OfRule(path, "A variable's name must not be empty or contain '='")
                : Violation.OutsideLength(path, value, 0, MaxVariableLength) ?? HoldsNul(path, value));
        }

        return [.. values];
    }

    public ImmutableArray<PortConfig>? Ports(IReadOnlyList<PortConfigRequest>? requests) =>
        PortList.Validate(FieldPath.Of("port_configs"), requests, violations);

    // No operating system can hand one to a process.
    private static Violation? HoldsNul(FieldPath path, string value) =>
        value.Contains('\0', StringComparison.Ordinal) ? Violation.OfRule(path, "A NUL character is not allowed") : null;
}
