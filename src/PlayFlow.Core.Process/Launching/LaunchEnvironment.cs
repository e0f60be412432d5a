using System.Collections.Immutable;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Process.Launching;

/// <summary>
/// The environment of a game: the little a program needs of this process's own, then what the launch brings, then what only
/// the provider knows. Nothing else of this process's environment reaches a game.
/// </summary>
internal static class LaunchEnvironment
{
    /// <summary>The variable that holds the full path of <c>playflow.json</c>; also what a launch's processes are known by.</summary>
    public const string ConfigPathVariable = "PLAYFLOW_CONFIG_PATH";

    private const string ArgumentsVariable = "PLAYFLOW_STARTUP_ARGS";

    private static readonly ImmutableArray<string> Inherited =
        ["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "LOGNAME"];

    private static readonly ImmutableArray<string> InheritedOnWindows =
        ["SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
            "ProgramData", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"];

    /// <summary>The environment of a launch.</summary>
    /// <param name="request">The launch.</param>
    /// <param name="configPath">The full path of its <c>playflow.json</c>.</param>
    /// <param name="inherit">Looks a variable of this process up.</param>
    public static ImmutableArray<KeyValuePair<string, string>> Create(
        LaunchRequest request, string configPath, Func<string, string?> inherit)
    {
        var names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var environment = new Dictionary<string, string>(names);
        foreach (var name in OperatingSystem.IsWindows() ? Inherited.AddRange(InheritedOnWindows) : Inherited)
        {
            if (inherit(name) is { } value)
            {
                environment[name] = value;
            }
        }

        foreach (var (name, value) in request.Environment)
        {
            environment[name] = IsUsers(name) ? PortTokens.Replace(value, request.Ports) : value;
        }

        foreach (var port in request.Ports)
        {
            environment[PortTokens.VariableName(port.Name)] =
                port.ExternalPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        environment[ConfigPathVariable] = configPath;
        return [.. environment];
    }

    /// <summary>True when the user named the port by a token, so that the game is told which one to bind.</summary>
    public static bool IsTold(LaunchRequest request, NetworkPort port) =>
        PortTokens.Mentions(request.StartupArgs ?? string.Empty, port.Name)
        || request.Environment.Any(variable => IsUsers(variable.Key) && PortTokens.Mentions(variable.Value, port.Name));

    // The arguments come a second time as a variable, and a game that reads them there wants the same numbers.
    private static bool IsUsers(string name) =>
        name == ArgumentsVariable || !PlatformVariable.IsReserved(name);
}
