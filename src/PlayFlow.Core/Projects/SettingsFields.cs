using System.Collections.Immutable;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Projects;

/// <summary>
/// The rules of a project's settings. The counts of ports and lobby configurations are published; the figures for variables and
/// pools are what clients of the service hold themselves to.
/// </summary>
internal readonly struct SettingsFields(FleetRules rules, ViolationList violations)
{
    public const int MaxVariables = 64;
    public const int MaxVariableNameLength = 128;
    public const int MaxVariableLength = 8 * 1024;
    public const int MaxPoolCount = 10;
    public const int MaxPoolTotal = 50;
    public const int MaxLobbyConfigs = 20;

    public ImmutableArray<PortConfig>? Ports(IReadOnlyList<PortConfigRequest>? requests) =>
        PortList.Validate(FieldPath.Of("port_configs"), requests, violations);

    public void AuthConfig(AuthConfigRequest? request)
    {
        if (request is null)
        {
            return;
        }

        var path = FieldPath.Of("auth_config").Field("provider");
        violations.Add(request.Provider is null ? Violation.Required(path)
            : SettingsRequest.AuthProviders.Contains(request.Provider) ? null
            : Violation.NotInEnum(path, SettingsRequest.AuthProviders, request.Provider));
    }

    public void Environment(IReadOnlyList<KeyValuePair<string, string>>? values)
    {
        var path = FieldPath.Of("environment_variables");
        if (values?.Count > MaxVariables)
        {
            violations.Add(Violation.OfRule(path, FormattableString.Invariant($"A project has at most {MaxVariables} variables")));
        }

        foreach (var (name, value) in values ?? [])
        {
            var at = path.Field(name);
            violations.Add(
                !IsVariableName(name) ? Violation.BadFormat(at, "Invalid")
                : value.Contains('\0', StringComparison.Ordinal) ? Violation.OfRule(at, "A variable must not contain a NUL character")
                : Violation.OutsideLength(at, value, 0, MaxVariableLength));
        }
    }

    public PoolConfig? Pool(PoolConfigRequest? request)
    {
        if (request is null)
        {
            return null;
        }

        var path = FieldPath.Of("pool_config");
        if (request.Enabled is null)
        {
            violations.Add(Violation.Required(path.Field("enabled")));
        }

        long total = 0;
        var targets = ImmutableArray.CreateBuilder<PoolTarget>();
        foreach (var (region, size, count) in request.Targets)
        {
            var at = path.Field("regions").Field(region);
            violations.Add(ServerFields.WrongRegion(at, region, rules));
            if (size is null)
            {
                continue;
            }

            violations.Add(
                ComputeSize.Find(size) is null ? Violation.NotInEnum(at.Field(size), ComputeSize.All.Select(known => known.Name), size)
                : count is { } number ? Violation.OutsideRange(at.Field(size), number, 0, MaxPoolCount)
                : null);
            var inRange = (int)Math.Min(Math.Max(count ?? 0, 0), MaxPoolCount);
            total += inRange;
            targets.Add(new PoolTarget(region, size, inRange));
        }

        violations.Add(total > MaxPoolTotal
            ? Violation.OfRule(path.Field("regions"), FormattableString.Invariant($"A pool holds at most {MaxPoolTotal} servers in all"))
            : null);
        return new PoolConfig(request.Enabled ?? false, targets.ToImmutable());
    }

    public void LobbyConfigs(LobbyConfigsRequest? request) => violations.Add(
        request?.Count > MaxLobbyConfigs ? Violation.TooManyItems(FieldPath.Of("lobby_configs"), MaxLobbyConfigs) : null);

    private static bool IsVariableName(string name)
    {
        if (name.Length is 0 or > MaxVariableNameLength || name[0] is >= '0' and <= '9')
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (letter is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '_'))
            {
                return false;
            }
        }

        return true;
    }
}
