using System.CommandLine;
using System.Globalization;
using System.Net;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Control;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>Makes options of texts: of the command line first, of the environment next, of the defaults last.</summary>
/// <param name="options">The options there are.</param>
/// <param name="parsed">The command line.</param>
/// <param name="environment">Finds an environment variable.</param>
internal sealed class OptionReader(OptionSet options, ParseResult parsed, Func<string, string?> environment)
{
    private const string SomeSeconds = "a number of seconds from 0 to 3600";

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestLaunch = TimeSpan.FromSeconds(1);

    /// <summary>The options.</summary>
    /// <exception cref="StartException">A value is not valid.</exception>
    public EmulatorOptions Read()
    {
        var defaults = new EmulatorOptions();
        var read = new EmulatorOptions
        {
            Host = Value(options.Host, Address, "an IP address, 'localhost' or '*'", defaults.Host),
            Port = Value(options.Port, static text => Number(text, 0, 65_535), "a port: 0 to 65535", defaults.Port),
            PublicHost = Value(options.PublicHost, HostName, "a host name or an IP address", defaults.PublicHost),
            Provider = Value(options.Provider, Provider, "a provider: process, docker or fake", defaults.Provider),
            DockerBaseImage = Value(options.DockerBaseImage, static text => text, "an image", defaults.DockerBaseImage),
            DockerHost = Find(options.DockerHost, parsed.GetValue(options.DockerHost)) is { Text: { } address, Source: var source }
                ? EngineAddress(address) ?? throw Bad(options.DockerHost, source, address, "an address like unix:///path, npipe://./pipe/name or tcp://host:port")
                : defaults.DockerHost,
            DataDirectory = Value(options.Data, static text => text, "a directory", defaults.DataDirectory),
            InMemory = Value(options.InMemory),
            Plan = Value(options.Plan, Plan.Find, "a plan: free or pro", defaults.Plan),
            Keys = new ProjectKeys(
                Value(options.ServerKey, Key(KeyKind.Server), "a server key: pf_ and letters, digits, _ or -", defaults.Keys.ServerKey),
                Value(options.ClientKey, Key(KeyKind.Client), "a client key: pfclient_ and letters, digits, _ or -", defaults.Keys.ClientKey)),
            Ports = Value(options.PortRange, Range, "a range of ports like 30000-39999", defaults.Ports),
            ReadyFile = Find(options.ReadyFile, parsed.GetValue(options.ReadyFile)).Text,
            LogLevel = Value(options.LogLevel, Level, "a log level: trace, debug, information, warning, error, critical or none", defaults.LogLevel),
            RateLimit = !Value(options.NoRateLimit),
            RateLimitScale = Value(options.RateLimitScale, Scale, "a factor from 0.1 to 1000", defaults.RateLimitScale),
            ProcessingDelay = Value(options.ProcessingDelay, Seconds, SomeSeconds, defaults.ProcessingDelay),
            Rules = Rules(defaults.Rules),
            Conduct = new ApiConduct
            {
                PlanLimitStatus = Value(options.PlanLimitStatus, PlanLimitStatus, "one of 403, 402 and 409", defaults.Conduct.PlanLimitStatus),
                AcceptNulls = Value(options.LenientNulls),
            },
            Control = Value(options.Control),
        };
        if (Find(options.Projects, parsed.GetValue(options.Projects)).Text is { } file)
        {
            var own = new ProjectEntry(EmulatorHost.DefaultProject.Value, null, read.Keys.ServerKey, read.Keys.ClientKey, read.Plan);
            read = read with { Projects = ProjectsFile.Read(file, own) };
        }

        RefuseKnownKeysOutside(read);
        return read;
    }

    private FleetRules Rules(FleetRules defaults) => defaults with
    {
        StopGrace = Value(options.StopGrace, Seconds, SomeSeconds, defaults.StopGrace),
        LaunchTimeout = Value(options.LaunchTimeout, LaunchTimeout, "a number of seconds from 1 to 3600", TimeSpan.Zero) is { Ticks: > 0 } timeout
            ? timeout
            : defaults.LaunchTimeout,
        AcceptAnyRegion = Value(options.AnyRegion),
        ClientKeyMayStart = !Value(options.NoClientStart),
        RestartAfterCleanExit = !Value(options.NoRestartAfterCleanExit),
    };

    private void RefuseKnownKeysOutside(EmulatorOptions read)
    {
        var isKnown = read.Keys.ServerKey == EmulatorOptions.DefaultServerKey
            || read.Keys.ClientKey == EmulatorOptions.DefaultClientKey
            || read.Projects.Any(project =>
                project.ServerKey == EmulatorOptions.DefaultServerKey || project.ClientKey == EmulatorOptions.DefaultClientKey);
        if (isKnown && !IPAddress.IsLoopback(read.Host) && !Value(options.AllowDefaultKeys))
        {
            throw new StartException(
                $"Refusing to listen on {read.Host} with the well-known default keys: give --server-key and --client-key, or --allow-default-keys");
        }
    }

    private T Value<T>(Option<string?> option, Func<string, T?> read, string expected, T byDefault)
        where T : class =>
        Find(option, parsed.GetValue(option)) is { Text: { } text, Source: var source }
            ? read(text) ?? throw Bad(option, source, text, expected)
            : byDefault;

    private T Value<T>(Option<string?> option, Func<string, T?> read, string expected, T byDefault)
        where T : struct =>
        Find(option, parsed.GetValue(option)) is { Text: { } text, Source: var source }
            ? read(text) ?? throw Bad(option, source, text, expected)
            : byDefault;

    private bool Value(Option<bool> option)
    {
        if (parsed.GetResult(option) is { Implicit: false })
        {
            return parsed.GetValue(option);
        }

        var (text, source) = Find(option, null);
        return text?.ToUpperInvariant() switch
        {
            null or "0" or "FALSE" or "NO" => false,
            "1" or "TRUE" or "YES" => true,
            _ => throw Bad(option, source, text, "true or false"),
        };
    }

    private (string? Text, string Source) Find(Option option, string? onCommandLine)
    {
        if (onCommandLine is not null)
        {
            return (onCommandLine, option.Name);
        }

        var variable = OptionSet.VariableOf(option);
        var text = environment(variable);
        return (string.IsNullOrEmpty(text) ? null : text, variable);
    }

    // What was given for a key is not repeated: it may be one.
    private StartException Bad(Option option, string source, string text, string expected) =>
        option == options.ServerKey || option == options.ClientKey
            ? new StartException($"{source}: the value is not {expected}")
            : new StartException($"{source}: '{text.ReplaceLineEndings(" ")}' is not {expected}");

    private static IPAddress? Address(string text) => text switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.Any,
        _ => IPAddress.TryParse(text, out var address) ? address : null,
    };

    private static string? HostName(string text) => Uri.CheckHostName(text) is UriHostNameType.Unknown ? null : text;

    private static ComputeKind? Provider(string text) => text switch
    {
        "process" => ComputeKind.Process,
        "docker" => ComputeKind.Docker,
        "fake" => ComputeKind.Fake,
        _ => null,
    };

    private static Uri? EngineAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "unix" or "npipe" or "tcp" or "http" or "https" ? address : null;

    private static Func<string, string?> Key(KeyKind kind) => text => ProjectKeys.KindOf(text) == kind ? text : null;

    private static PortRange? Range(string text) => PortRange.TryParse(text, out var range) ? range : null;

    private static int? Number(string text, int minimum, int maximum) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : null;

    private static TimeSpan? Seconds(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= (decimal)LongestWait.TotalSeconds
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;

    private static TimeSpan? LaunchTimeout(string text) => Seconds(text) is { } timeout && timeout >= ShortestLaunch ? timeout : null;

    private static decimal? Scale(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var scale)
        && scale is >= 0.1m and <= RateLimits.MaxScale
            ? scale
            : null;

    private static int? PlanLimitStatus(string text) => text switch
    {
        "403" => StatusCodes.Status403Forbidden,
        "402" => StatusCodes.Status402PaymentRequired,
        "409" => StatusCodes.Status409Conflict,
        _ => null,
    };

    private static LogLevel? Level(string text) => text.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "INFORMATION" or "INFO" => LogLevel.Information,
        "WARNING" or "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" => LogLevel.Critical,
        "NONE" => LogLevel.None,
        _ => null,
    };
}
