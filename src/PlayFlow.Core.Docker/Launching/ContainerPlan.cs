using System.Collections.Immutable;
using System.Globalization;
using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Images;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>A request turned into what the engine is asked for.</summary>
internal static class ContainerPlan
{
    private const string ArgumentsVariable = "PLAYFLOW_STARTUP_ARGS";
    private const string ApiUrlVariable = "PLAYFLOW_API_URL";
    private const string ConfigPathVariable = "PLAYFLOW_CONFIG_PATH";
    private const string HostName = "host.docker.internal";
    private const long Mebibyte = 1024 * 1024;
    private const int SharesOfAProcessor = 1024;

    // What a container that is not privileged may keep of root's powers, taken away: a game needs none.
    private static readonly ImmutableArray<string> AllCapabilities = ["ALL"];

    /// <summary>The arguments of a request that can be run.</summary>
    /// <exception cref="ComputeException">It cannot.</exception>
    public static ImmutableArray<string> CheckedArguments(LaunchRequest request)
    {
        if (!StartupArgs.TrySplit(request.StartupArgs, out var arguments))
        {
            throw Unrunnable("startup_args has a quote that is not closed, or ends in a backslash");
        }

        if (arguments.Any(HasNull) || request.Environment.Any(variable => HasNull(variable.Key) || HasNull(variable.Value)))
        {
            throw Unrunnable("startup_args or an environment variable holds a null character, which no process can be given");
        }

        var inside = Inside(request.Ports);
        return [.. arguments.Select(argument => PortTokens.Replace(argument, inside))];
    }

    /// <summary>The container of a launch.</summary>
    public static CreateContainerParameters Create(
        LaunchRequest request, ImmutableArray<string> arguments, GameImage image, string name, ContainerSurroundings around)
    {
        var container = new CreateContainerParameters
        {
            Name = name,
            Env = [.. Environment(request, image).Select(variable => $"{variable.Key}={variable.Value}")],
            Labels = Labels.Of(around, request),
            ExposedPorts = request.Ports.Select(InnerPort.Of).Distinct().ToDictionary(port => port.ToString(), static _ => default(EmptyStruct)),
            HostConfig = new HostConfig
            {
                Binds = around.ConfigMount is { } mount ? [mount] : [],
                PortBindings = Bindings(request.Ports, around),
                RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
                Init = around.HasInit,
                Memory = around.LimitMemory ? request.Size.MemoryMb * Mebibyte : 0,
                MemorySwap = around.LimitMemory ? request.Size.MemoryMb * Mebibyte : 0,
                CPUShares = Math.Clamp(request.Size.MemoryMb * SharesOfAProcessor / ComputeSizeOfOneShare, 2, 262_144),
                PidsLimit = around.MaxProcesses,
                CapDrop = [.. AllCapabilities],
                SecurityOpt = ["no-new-privileges"],
                ExtraHosts = [HostName + ":host-gateway"],
                LogConfig = new LogConfig
                {
                    Type = "json-file",
                    Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["max-size"] = "64m", ["max-file"] = "2" },
                },
            },
        };
        image.Apply(container, arguments);
        return container;
    }

    private static int ComputeSizeOfOneShare => Catalog.ComputeSize.Small.MemoryMb;

    private static Dictionary<string, IList<PortBinding>> Bindings(ImmutableArray<NetworkPort> ports, ContainerSurroundings around) => ports
        .GroupBy(port => InnerPort.Of(port).ToString(), StringComparer.Ordinal)
        .ToDictionary(
            same => same.Key,
            same => (IList<PortBinding>)[.. same.Select(port => Binding(port, around))],
            StringComparer.Ordinal);

    // Behind TLS, the number is the engine's to choose.
    private static PortBinding Binding(NetworkPort port, ContainerSurroundings around) => around.TerminatesTls && port.TlsEnabled
        ? new PortBinding { HostIP = TlsPorts.Loopback, HostPort = string.Empty }
        : new PortBinding { HostIP = around.BindAddress, HostPort = port.ExternalPort.ToString(CultureInfo.InvariantCulture) };

    private static Dictionary<string, string> Environment(LaunchRequest request, GameImage image)
    {
        var inside = Inside(request.Ports);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (image.Home is { } home)
        {
            environment["HOME"] = home;
        }

        foreach (var (name, value) in request.Environment)
        {
            environment[name] =
                name == ApiUrlVariable ? FromInside(value)
                : IsUsers(name) ? PortTokens.Replace(value, inside)
                : value;
        }

        foreach (var port in request.Ports)
        {
            environment[PortTokens.VariableName(port.Name)] = port.InternalPort.ToString(CultureInfo.InvariantCulture);
        }

        environment[ConfigPathVariable] = image.ConfigPath;
        return environment;
    }

    // Inside a container a game has every port to itself: it binds the number its build is configured for.
    private static NetworkPort[] Inside(ImmutableArray<NetworkPort> ports) =>
        [.. ports.Select(port => port with { ExternalPort = port.InternalPort })];

    // A container's loopback is its own; the engine gives its machine a name in there.
    private static string FromInside(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.IsLoopback
            ? new UriBuilder(parsed) { Host = HostName }.Uri.ToString().TrimEnd('/')
            : url;

    // The arguments come a second time as a variable, and a game that reads them there wants the same numbers.
    private static bool IsUsers(string name) =>
        name == ArgumentsVariable || !PlatformVariable.IsReserved(name);

    private static bool HasNull(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static ComputeException Unrunnable(string message) => new(StopReason.StartupFailureExecutable, message);
}
