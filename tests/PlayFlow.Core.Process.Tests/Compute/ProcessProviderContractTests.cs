using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Tests.Kit;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Testing.Compute;

namespace PlayFlow.Core.Process.Tests.Compute;

/// <summary>Real processes keep the contract of every provider.</summary>
[Platform("Linux")]
public sealed class ProcessProviderContractTests : DurableComputeProviderContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("playflow-contract-").FullName;
    private readonly FolderArtefacts _artefacts = new();

    [OneTimeSetUp]
    public static void NeedPython()
    {
        if (!Shell.Has("python3"))
        {
            Assert.Ignore("The games of this suite are Python scripts: python3 is not installed.");
        }
    }

    protected override Task<IComputeProvider> CreateAsync() => Task.FromResult<IComputeProvider>(new ProcessComputeProvider(
        new ProcessComputeOptions { DataDirectory = _folder }, _artefacts, TimeProvider.System, NullLogger<ProcessComputeProvider>.Instance));

    protected override LaunchRequest Request(ComputeId id, LaunchBehaviour behaviour)
    {
        var request = LaunchSample.Create(id, Provider.Hosts[0], TestPorts.Next());
        var build = request.Build with { Id = new BuildId($"build-{id}") };
        _artefacts.Add(build.Id, folder =>
        {
            if (behaviour.IsLaunchable)
            {
                File.WriteAllText(Path.Combine(folder, Build.DefaultExecutablePath), Game(behaviour, request.Ports[0].ExternalPort));
            }
        });
        return request with { Build = build };
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
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }

    private static string Game(LaunchBehaviour behaviour, int port)
    {
        var code = new StringBuilder("#!/usr/bin/env python3\nimport signal, socket, sys\n");
        if (!behaviour.HeedsTermination)
        {
            code.Append("signal.signal(signal.SIGTERM, signal.SIG_IGN)\n");
        }

        foreach (var line in behaviour.Lines)
        {
            code.Append("print('").Append(line).Append("', flush=True)\n");
        }

        foreach (var line in behaviour.ErrorLines)
        {
            code.Append("print('").Append(line).Append("', file=sys.stderr, flush=True)\n");
        }

        if (behaviour.OpensPorts)
        {
            code.Append($"s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(('', {port}))\n");
        }

        return code.Append(behaviour.ExitCode is { } exit ? $"sys.exit({exit})\n" : "while True:\n    signal.pause()\n").ToString();
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
