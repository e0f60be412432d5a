using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Engine;

namespace PlayFlow.Core.Orchestration;

/// <summary>Makes of a server, its build and its project what a provider needs to run it.</summary>
internal static class LaunchOrder
{
    private const int PlatformVariables = 10;

    /// <summary>The request for a launch.</summary>
    public static LaunchRequest Compose(FleetEffect.LaunchCompute effect, string? apiUrl)
    {
        var (server, build, project) = (effect.Server, effect.Build, effect.Project);
        var spec = server.Spec;
        var environment = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(PlatformVariables);
        AddOwn(environment, project.Settings.Environment, spec.Environment);
        Add(PlatformVariable.Prefix + "INSTANCE_ID", server.Id.Value);
        Add(PlatformVariable.Prefix + "REGION", spec.Region);
        Add(PlatformVariable.Prefix + "VERSION_TAG", server.Build.VersionTag);
        Add(PlatformVariable.Prefix + "VERSION", server.Build.Version.ToString(CultureInfo.InvariantCulture));
        Add(PlatformVariable.Prefix + "MATCH_ID", spec.MatchId);
        Add(PlatformVariable.Prefix + "COMPUTE_SIZE", spec.Size.Name);
        Add(PlatformVariable.Prefix + "SERVER_NAME", spec.Name);
        Add(PlatformVariable.Prefix + "STARTUP_ARGS", spec.StartupArgs ?? string.Empty);
        Add(PlatformVariable.Prefix + "CUSTOM_DATA", FitsAVariable(spec.CustomData) ? spec.CustomData ?? "{}" : null);
        Add(PlatformVariable.Prefix + "API_URL", apiUrl);
        return new LaunchRequest(server, build, environment.DrainToImmutable(), project.Keys.ServerKey);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                environment.Add(new KeyValuePair<string, string>(name, value));
            }
        }
    }

    /// <summary>The names of variables that users set and the platform keeps for itself.</summary>
    public static IEnumerable<string> DroppedNames(FleetEffect.LaunchCompute effect) =>
        effect.Project.Settings.Environment.Concat(effect.Server.Spec.Environment).Select(pair => pair.Key).Where(PlatformVariable.IsReserved).Distinct();

    private static void AddOwn(
        ImmutableArray<KeyValuePair<string, string>>.Builder environment,
        ImmutableArray<KeyValuePair<string, string>> ofProject,
        ImmutableArray<KeyValuePair<string, string>> ofServer)
    {
        if (ofProject.IsEmpty && ofServer.IsEmpty)
        {
            return;
        }

        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in ofProject.Concat(ofServer))
        {
            if (!PlatformVariable.IsReserved(name))
            {
                merged[name] = value;
            }
        }

        environment.AddRange(merged);
    }

    // Linux takes 128 KiB for a variable, its name included, and fails the whole launch beyond; playflow.json has the data all the same.
    private static bool FitsAVariable(string? text) => text is null || Encoding.UTF8.GetByteCount(text) <= 100 * 1024;
}
