using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Testing.Compute;

namespace PlayFlow.Core.Docker.Tests.Compute;

/// <summary>Real containers keep the contract of every provider.</summary>
[TestFixture]
public sealed class DockerProviderContractTests : DurableComputeProviderContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pfd-contract-").FullName;
    private readonly FolderArtefacts _artefacts = new();

    protected override async Task<IComputeProvider> CreateAsync() => new DockerComputeProvider(
        new DockerComputeOptions
        {
            DataDirectory = _folder,
            Endpoint = (await SharedEngine.GetAsync()).Endpoint,
            BaseImage = SharedEngine.BaseImage,
        },
        _artefacts,
        TimeProvider.System,
        NullLogger<DockerComputeProvider>.Instance);

    protected override LaunchRequest Request(ComputeId id, LaunchBehaviour behaviour)
    {
        var request = LaunchSample.Create(id, Provider.Hosts[0], TestPorts.Next(), PortProtocol.Tcp);
        var build = request.Build with { Id = new BuildId($"build-{id}") };
        _artefacts.Add(build.Id, folder =>
        {
            if (behaviour.IsLaunchable)
            {
                File.WriteAllText(Path.Combine(folder, Build.DefaultExecutablePath), Game(behaviour, request.Ports[0].InternalPort));
            }
        });
        return request with { Build = build, Environment = [KeyValuePair.Create("LAUNCH", id.ToString())] };
    }

    // A tear-down of its own would come before the suite's, and take the files away from under what still runs.
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override async Task<IComputeProvider> RestartAsync(IComputeProvider provider)
    {
        await provider.DisposeAsync();
        return await CreateAsync();
    }

    protected override bool HasProcess(ComputeId id) => Directory.EnumerateDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _))
        .Any(process => IsOf(process, id.ToString()));

    protected override IDisposable HoldPort(string host, int port, PortProtocol protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        socket.Listen();
        return new Held(socket);
    }

    private static string Game(LaunchBehaviour behaviour, int port)
    {
        var code = new StringBuilder("#!/bin/sh\n").Append(behaviour.HeedsTermination ? "trap 'exit 0' TERM\n" : "trap '' TERM\n");
        foreach (var line in behaviour.Lines)
        {
            code.Append("echo '").Append(line).Append("'\n");
        }

        foreach (var line in behaviour.ErrorLines)
        {
            code.Append("echo '").Append(line).Append("' >&2\n");
        }

        if (behaviour.OpensPorts)
        {
            code.Append($"nc -ll -p {port} -e cat &\n");
        }

        return code.Append(behaviour.ExitCode is { } exit ? $"exit {exit}\n" : "while :; do sleep 1000 & wait $!; done\n").ToString();
    }

    private sealed class Held(Socket socket) : IDisposable
    {
        public void Dispose() => TestPorts.Apart(socket.Dispose);
    }

    private static bool IsOf(string process, string id)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ")).Contains(id, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
