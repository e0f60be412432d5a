using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;

namespace PlayFlow.Core.Orchestration;

/// <summary>Makes of a server, its build and its project what a provider needs to run it.</summary>
internal static class LaunchOrder
{
    /// <summary>The request for a launch.</summary>
    public static LaunchRequest Compose(FleetEffect.LaunchCompute effect, string? apiUrl)
    {
        var (server, build, project) = (effect.Server, effect.Build, effect.Project);
        var spec = server.Spec;
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in project.Settings.Environment.Concat(spec.Environment))
        {
            if (!PlatformVariable.IsReserved(name))
            {
                merged[name] = value;
            }
        }

        var environment = merged.ToImmutableArray().ToBuilder();
        Add("INSTANCE_ID", server.Id.Value);
        Add("REGION", spec.Region);
        Add("VERSION_TAG", server.Build.VersionTag);
        Add("VERSION", server.Build.Version.ToString(CultureInfo.InvariantCulture));
        Add("MATCH_ID", spec.MatchId);
        Add("COMPUTE_SIZE", spec.Size.Name);
        Add("SERVER_NAME", spec.Name);
        Add("STARTUP_ARGS", spec.StartupArgs ?? string.Empty);
        Add("CUSTOM_DATA", FitsAVariable(spec.CustomData) ? spec.CustomData ?? "{}" : null);
        Add("API_URL", apiUrl);
        return new LaunchRequest
        {
            Id = server.Compute,
            Project = server.Project,
            Host = server.Host,
            Build = build,
            Size = spec.Size,
            StartupArgs = spec.StartupArgs,
            Environment = environment.ToImmutable(),
            Ports = server.Ports,
            ConfigFile = ServerConfigFile.Write(server, project.Keys.ServerKey),
        };

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                environment.Add(new KeyValuePair<string, string>(PlatformVariable.Prefix + name, value));
            }
        }
    }

    /// <summary>The names of variables that users set and the platform keeps for itself.</summary>
    public static IEnumerable<string> DroppedNames(FleetEffect.LaunchCompute effect) =>
        effect.Project.Settings.Environment.Concat(effect.Server.Spec.Environment).Select(pair => pair.Key).Where(PlatformVariable.IsReserved).Distinct();

    // Linux takes 128 KiB for a variable, its name included, and fails the whole launch beyond; playflow.json has the data all the same.
    private static bool FitsAVariable(string? text) => text is null || Encoding.UTF8.GetByteCount(text) <= 100 * 1024;
}
