using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NUnit.Framework;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>
/// A Docker engine of a test's own: its data, its socket, its bridge. It touches no other engine of the machine and no firewall
/// rule; all of it goes with <see cref="DisposeAsync"/>.
/// </summary>
internal sealed class DockerEngineProcess : IAsyncDisposable
{
    private const string BridgePrefix = "pfd";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder;
    private readonly string _bridge;
    private System.Diagnostics.Process? _process;
    private Uri? _given;
    private string? _init;

    private DockerEngineProcess(string folder)
    {
        _folder = folder;
        _bridge = BridgePrefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint => _given ?? new("unix://" + Socket);

    /// <summary>Its socket.</summary>
    public string Socket => Path.Combine(_folder, "docker.sock");

    /// <summary>Why no engine can be started here, or null.</summary>
    public static string? FindObstacle() =>
        !OperatingSystem.IsLinux() ? "an engine of the tests' own is started on Linux only"
        : getuid() != 0 ? "an engine is started by root only"
        : new[] { "dockerd", "docker", "busybox", "ip" }.FirstOrDefault(program => !Shell.Has(program)) is { } missing
            ? $"{missing} is not installed: apt-get install docker.io busybox-static iptables iproute2"
        : null;

    /// <summary>Starts one; on return it answers.</summary>
    /// <param name="dataMegabytes">How much room it has, or null for what the disk has.</param>
    /// <param name="init">A shell script to run first in containers, or null for the engine's own program.</param>
    public static async Task<DockerEngineProcess> StartAsync(int? dataMegabytes = null, string? init = null)
    {
        if (FindObstacle() is { } obstacle)
        {
            Assert.That(Environment.GetEnvironmentVariable("PLAYFLOW_NEED_DOCKER"), Is.Null.Or.Empty, "no Docker engine: " + obstacle);
            Assert.Ignore("no Docker engine: " + obstacle);
        }

        // The path of a socket is short.
        var engine = new DockerEngineProcess(Directory.CreateTempSubdirectory("pfd-").FullName);
        if (init is not null)
        {
            engine._init = Path.Combine(engine._folder, "init");
            await File.WriteAllTextAsync(engine._init, "#!/bin/sh\n" + init + "\n");
            File.SetUnixFileMode(engine._init, (UnixFileMode)0b101_101_101);
        }

        if (dataMegabytes is { } size)
        {
            var data = Directory.CreateDirectory(Path.Combine(engine._folder, "data")).FullName;
            await Shell.CheckAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={size}m"), "tmpfs", data);
        }

        await engine.OpenAsync();
        return engine;
    }

    /// <summary>One that runs already, and goes on when the tests are over: Podman, or another version.</summary>
    public static DockerEngineProcess Attach(Uri endpoint) => new(Directory.CreateTempSubdirectory("pfd-").FullName) { _given = endpoint };

    /// <summary>Starts it again after <see cref="KillAsync"/>, with the same data.</summary>
    public async Task RestartAsync()
    {
        File.Delete(Path.Combine(_folder, "pid"));
        await UntilRuntimeIsGoneAsync();
        await RunAsync();
    }

    /// <summary>Ends it as a crash does, with nothing tidied up.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Has it hang: connections are taken and nothing is answered.</summary>
    public void Freeze() => Assert.That(kill(_process!.Id, 19), Is.Zero);

    /// <summary>Has it go on.</summary>
    public void Thaw() => Assert.That(kill(_process!.Id, 18), Is.Zero);

    /// <summary>Runs the client of the command line and gives what it writes.</summary>
    public async Task<string> DockerAsync(params string[] arguments)
    {
        var (code, output) = await Shell.RunAsync("docker", ["-H", Endpoint.ToString(), .. arguments]);
        Assert.That(code, Is.Zero, $"docker {string.Join(' ', arguments)}: {output}");
        return output.Trim();
    }

    /// <summary>Makes an image of a folder with the files of a root file system.</summary>
    public async Task ImportAsync(string rootFiles, string image)
    {
        // Of its own: tests that share an engine make images at the same time.
        var tar = Path.Combine(_folder, Path.GetRandomFileName() + ".tar");
        await Shell.CheckAsync("tar", "-C", rootFiles, "--owner=0", "--group=0", "-cf", tar, ".");
        await DockerAsync("import", tar, image);
        File.Delete(tar);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_given is not null)
        {
            Directory.Delete(_folder, recursive: true);
            return;
        }

        if (_process is null)
        {
            // What a killed engine left running is its next run's to end.
            await RestartAsync();
        }

        foreach (var container in (await DockerAsync("ps", "-aq")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await DockerAsync("rm", "-f", container);
        }

        Assert.That(kill(_process!.Id, 15), Is.Zero);
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        await _process.WaitForExitAsync(deadline.Token);
        _process.Dispose();
        foreach (var mount in (await File.ReadAllLinesAsync("/proc/self/mounts")).Select(line => line.Split(' ')[1]).Reverse())
        {
            if (mount.StartsWith(_folder + "/", StringComparison.Ordinal))
            {
                await Shell.CheckAsync("umount", "-l", mount);
            }
        }

        await Shell.CheckAsync("ip", "link", "del", _bridge);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OpenAsync()
    {
        await Shell.CheckAsync("ip", "link", "add", _bridge, "type", "bridge");
        await TakeSubnetAsync();
        await Shell.CheckAsync("ip", "link", "set", _bridge, "up");
        await File.WriteAllTextAsync(Path.Combine(_folder, "daemon.json"), "{}");
        await RunAsync();
    }

    // Engines of several runs of tests may be there at once. Two that took the same one each see the other, and take another.
    private async Task TakeSubnetAsync()
    {
        while (true)
        {
            var random = RandomNumberGenerator.GetBytes(2);
            var subnet = string.Create(CultureInfo.InvariantCulture, $"10.{200 + (random[0] % 50)}.{random[1]}.1/24");
            await Shell.CheckAsync("ip", "addr", "add", subnet, "dev", _bridge);
            var taken = await Shell.CheckAsync("ip", "-o", "-4", "addr", "show", "to", subnet);
            if (taken.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 1)
            {
                return;
            }

            await Shell.CheckAsync("ip", "addr", "del", subnet, "dev", _bridge);
        }
    }

    // What an engine has its containers run by follows it into death, and is taken for running by the next one until then.
    private async Task UntilRuntimeIsGoneAsync()
    {
        var file = Path.Combine(_folder, "exec", "containerd", "containerd.pid");
        if (File.Exists(file) && int.TryParse(await File.ReadAllTextAsync(file), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
        {
            await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{pid}"), "the end of the engine's containerd");
        }
    }

    private async Task RunAsync()
    {
        var log = Path.Combine(_folder, "log");
        var command = $"""
            exec setsid dockerd --config-file '{_folder}/daemon.json' --data-root '{_folder}/data' --exec-root '{_folder}/exec' \
              --pidfile '{_folder}/pid' --bridge {_bridge} --iptables=false --ip6tables=false {(_init is null ? "" : $"--init-path '{_init}'")} -H '{Endpoint}' >>'{log}' 2>&1
            """;
        _process = Shell.Start(new ProcessStartInfo("/bin/sh", ["-c", command]));
        var started = TimeProvider.System.GetTimestamp();
        while ((await Shell.RunAsync("docker", ["-H", Endpoint.ToString(), "version"])).Code != 0)
        {
            if (_process.HasExited || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                Assert.Fail($"the engine does not start:\n{string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(20))}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);

    [DllImport("libc")]
    private static extern uint getuid();
}
