using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>A registry of a test's own on this machine, which gives images away to those with credentials.</summary>
internal sealed class Registry : IAsyncDisposable
{
    /// <summary>The password of its only user. Only a hash of it, of the kind the registry reads, is written anywhere.</summary>
    public const string Password = "correct-horse-7f3a";

    private const string Username = "player";
    private const string Hash = "$2y$05$abcdefghijklmnopqrstuuy18BWjL7mtXG8c7nYrJGDJVHyZmRW7K";

    private readonly string _folder = Directory.CreateTempSubdirectory("pfd-registry-").FullName;
    private System.Diagnostics.Process _process = null!;

    private Registry(int port) => Address = $"127.0.0.1:{port}";

    /// <summary>What its images' names begin with.</summary>
    public string Address { get; }

    /// <summary>What it wants.</summary>
    public static RegistryCredentials Credentials => new(Username, Password);

    /// <summary>Starts one; on return it answers.</summary>
    public static async Task<Registry> StartAsync()
    {
        if (!Shell.Has("docker-registry"))
        {
            const string Missing = "no registry: apt-get install docker-registry";
            Assert.That(Environment.GetEnvironmentVariable("PLAYFLOW_NEED_DOCKER"), Is.Null.Or.Empty, Missing);
            Assert.Ignore(Missing);
        }

        var registry = new Registry(TestPorts.Next());
        await registry.RunAsync();
        return registry;
    }

    /// <summary>Moves an image from an engine to the registry: afterwards the engine does not have it.</summary>
    /// <returns>What the image is called.</returns>
    public async Task<string> PushAsync(DockerEngineProcess engine, string image, string name)
    {
        var reference = $"{Address}/{name}";
        var account = Path.Combine(_folder, "account");
        Directory.CreateDirectory(account);
        var token = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));
        await File.WriteAllTextAsync(Path.Combine(account, "config.json"), $$$"""{"auths": {"{{{Address}}}": {"auth": "{{{token}}}"} } }""");
        await engine.DockerAsync("tag", image, reference);
        await engine.DockerAsync("--config", account, "push", reference);
        await engine.DockerAsync("rmi", reference, image);
        return reference;
    }

    /// <summary>Has it hang: connections are taken and nothing is answered.</summary>
    public void Freeze() => Assert.That(kill(_process.Id, 19), Is.Zero);

    /// <summary>Has it go on.</summary>
    public void Thaw() => Assert.That(kill(_process.Id, 18), Is.Zero);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        var (passwords, configuration) = (Path.Combine(_folder, "htpasswd"), Path.Combine(_folder, "config.yml"));
        await File.WriteAllTextAsync(passwords, $"{Username}:{Hash}\n");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            storage: {filesystem: {rootdirectory: '{{_folder}}/data'} }
            http: {addr: {{Address}}}
            auth: {htpasswd: {realm: test, path: '{{passwords}}'} }

            """);
        _process = Shell.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec docker-registry serve '{configuration}' >'{_folder}/log' 2>&1"]));
        await Eventually.TrueAsync(Listens, "the registry to listen");
    }

    private bool Listens()
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect("127.0.0.1", int.Parse(Address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
