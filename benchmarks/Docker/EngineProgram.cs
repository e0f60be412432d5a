using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace PlayFlow.Benchmarks.Docker;

/// <summary>A Docker engine of the benchmark's own, with an image of this machine's busybox. All of it goes at the end.</summary>
internal sealed class EngineProgram : IAsyncDisposable
{
    public const string BaseImage = "playflow-figures/base:1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _bridge = "pfb" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));
    private Process _process = null!;

    private EngineProgram(string folder) => Folder = folder;

    /// <summary>A folder for whatever is measured, gone at the end.</summary>
    public string Folder { get; }

    public Uri Endpoint => new($"unix://{Folder}/docker.sock");

    public static async Task<EngineProgram> StartAsync()
    {
        var engine = new EngineProgram(Directory.CreateTempSubdirectory("pfb-").FullName);
        await engine.RunAsync();
        return engine;
    }

    /// <summary>Runs a command of the shell to its end.</summary>
    public static async Task<string> ShellAsync(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{command}: {await errors}");
    }

    public Task<string> DockerAsync(string arguments) => ShellAsync($"docker -H {Endpoint} {arguments}");

    public async ValueTask DisposeAsync()
    {
        await DockerAsync("ps -aq | xargs -r docker -H " + Endpoint + " rm -f");
        await ShellAsync($"kill {_process.Id.ToString(CultureInfo.InvariantCulture)}");
        await _process.WaitForExitAsync();
        _process.Dispose();
        await ShellAsync($"awk '{{print $2}}' /proc/self/mounts | grep '^{Folder}/' | sort -r | xargs -r umount -l; ip link del {_bridge}");
        Directory.Delete(Folder, recursive: true);
    }

    private async Task RunAsync()
    {
        var subnet = RandomNumberGenerator.GetInt32(255).ToString(CultureInfo.InvariantCulture);
        await ShellAsync($"ip link add {_bridge} type bridge; ip addr add 10.198.{subnet}.1/24 dev {_bridge}; ip link set {_bridge} up; echo '{{}}' >{Folder}/daemon.json");
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"""
            exec setsid dockerd --config-file {Folder}/daemon.json --data-root {Folder}/data --exec-root {Folder}/exec --pidfile {Folder}/pid \
              --bridge {_bridge} --iptables=false --ip6tables=false -H {Endpoint} >{Folder}/log 2>&1
            """]))!;
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await DockerAsync("version");
                break;
            }
            catch (InvalidOperationException) when (!_process.HasExited && clock.Elapsed < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }

        await ShellAsync($"mkdir -p {Folder}/root/bin && cp /bin/busybox {Folder}/root/bin/ && for word in sh cat sleep nc; do ln -s busybox {Folder}/root/bin/$word; done");
        await ShellAsync($"tar -C {Folder}/root -c . | docker -H {Endpoint} import - {BaseImage}");
    }
}
