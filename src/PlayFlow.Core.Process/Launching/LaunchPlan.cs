using System.Collections.Immutable;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Launching;

/// <summary>A request turned into what is run and what is kept about it.</summary>
internal sealed record LaunchPlan(GameCommand Command, LaunchRecord Record)
{
    /// <summary>The name of the file that tells a game about itself.</summary>
    public const string ConfigFile = "playflow.json";

    /// <summary>The arguments of a request that can be run as a process.</summary>
    /// <exception cref="ComputeException">It cannot.</exception>
    public static ImmutableArray<string> CheckedArguments(LaunchRequest request)
    {
        if (request.Build.Type != BuildType.Zip)
        {
            throw Unrunnable("this platform runs processes and no container images: upload the server as an archive");
        }

        if (!StartupArgs.TrySplit(request.StartupArgs, out var arguments))
        {
            throw Unrunnable("startup_args has a quote that is not closed, or ends in a backslash");
        }

        if (arguments.Any(HasNull) || request.Environment.Any(variable => HasNull(variable.Key) || HasNull(variable.Value)))
        {
            throw Unrunnable("startup_args or an environment variable holds a null character, which no process can be given");
        }

        return arguments;
    }

    /// <summary>The plan of a launch whose files are in place.</summary>
    /// <param name="request">The launch.</param>
    /// <param name="directory">Its folder.</param>
    /// <param name="arguments">The arguments, see <see cref="CheckedArguments"/>.</param>
    /// <param name="limitMemory">Whether it is held to its size's memory.</param>
    /// <param name="plainPort">Finds a number for a game to bind behind a port that is reached with TLS; null when none is.</param>
    public static LaunchPlan Create(
        LaunchRequest request,
        LaunchDirectory directory,
        ImmutableArray<string> arguments,
        bool limitMemory,
        Func<int>? plainPort = null)
    {
        var ports = request.Ports.Select(port => new RecordedPort(
            port.Name,
            port.InternalPort,
            port.ExternalPort,
            port.Protocol,
            LaunchEnvironment.IsTold(request, port),
            port.TlsEnabled ? plainPort?.Invoke() : null)).ToArray();
        request = request with
        {
            Ports = [.. request.Ports.Zip(ports, static (port, recorded) => port with { ExternalPort = recorded.GivenPort })],
        };
        var executable = Path.GetFullPath(Path.Combine(directory.Files, request.Build.ExecutablePath ?? Build.DefaultExecutablePath));
        var config = Path.Combine(Path.GetDirectoryName(executable)!, ConfigFile);
        var command = new GameCommand(
            executable,
            [.. arguments.Select(argument => PortTokens.Replace(argument, request.Ports))],
            LaunchEnvironment.Create(request, config, Environment.GetEnvironmentVariable),
            limitMemory ? request.Size.MemoryMb : null);
        var record = new LaunchRecord
        {
            Instance = request.Id.Instance.Value,
            Launch = request.Id.Launch,
            Build = request.Build.Id.Value,
            ConfigPath = config,
            Ports = ports,
        };
        return new LaunchPlan(command, record);
    }

    private static bool HasNull(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static ComputeException Unrunnable(string message) => new(StopReason.StartupFailureExecutable, message);
}
