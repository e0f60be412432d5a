using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using NUnit.Framework;
using PlayFlow.Core.Engine;
using Child = System.Diagnostics.Process;

namespace PlayFlow.Core.Tests.Mono;

/// <summary>
/// The engine on Mono, which stands in for Unity: the netstandard2.1 build, driven by a program that Mono's own compiler made,
/// says the same as the net10.0 build, byte for byte.
/// </summary>
public sealed class MonoTests
{
    private const ulong Seed = 20260301;
    private const int Steps = 10_000;

    // Where Debian puts the facade that makes netstandard assemblies fit Mono's own.
    private static readonly string[] Facades = ["/usr/lib/mono/4.5/Facades/netstandard.dll", "/usr/lib/mono/4.8-api/Facades/netstandard.dll"];

    [Test]
    public void The_same_seed_gives_the_same_bytes_twice()
    {
        var (first, second) = (Replay(), Replay());

        Assert.That(Hash(second), Is.EqualTo(Hash(first)));
    }

    [Test]
    public void The_replay_leads_to_every_kind_of_event()
    {
        var kinds = new HashSet<Type>();
        EngineReplay.Run(Seed, Steps, Stream.Null, kinds);

        // Long-stopped servers are brought back by the shell alone.
        var all = typeof(FleetEvent).GetNestedTypes().Where(type => !type.IsAbstract).Except([typeof(FleetEvent.ServerRecalled)]);
        Assert.That(kinds, Is.EquivalentTo(all));
    }

    [Test]
    [CancelAfter(300_000)]
    public async Task Events_on_mono_are_byte_identical(CancellationToken cancellationToken)
    {
        var facade = Facades.FirstOrDefault(File.Exists);
        if (facade is null || !IsOnPath("mono") || !IsOnPath("mcs"))
        {
            Assert.Ignore("Mono is not installed: apt-get install mono-runtime mono-mcs mono-devel");
        }

        var folder = Directory.CreateTempSubdirectory("playflow-mono-").FullName;
        try
        {
            foreach (var library in Directory.GetFiles(RepositoryFiles.Output("src/PlayFlow.Core", "netstandard2.1", string.Empty), "*.dll"))
            {
                var adapted = DebianMono.Adapt(await File.ReadAllBytesAsync(library, cancellationToken));
                await File.WriteAllBytesAsync(Path.Combine(folder, Path.GetFileName(library)), adapted, cancellationToken);
            }

            if (!File.Exists(Path.Combine(Path.GetDirectoryName(facade)!, "System.Memory.dll")))
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "Memory.cs"), DebianMono.SystemMemory, cancellationToken);
                await RunAsync(folder, ["mcs", "-target:library", "-out:System.Memory.dll", "-r:" + facade, "Memory.cs"], cancellationToken);
            }

            var source = Path.Combine(RepositoryFiles.Root, "tests", "PlayFlow.Core.Tests", "Mono", "EngineReplay.cs");
            await RunAsync(
                folder,
                ["mcs", "-langversion:7.2", "-out:replay.exe", "-r:" + facade, "-r:PlayFlow.Core.dll", "-r:System.Collections.Immutable.dll", source],
                cancellationToken);
            string[] steps = [Seed.ToString(CultureInfo.InvariantCulture), Steps.ToString(CultureInfo.InvariantCulture)];
            await RunAsync(folder, ["mono", "replay.exe", .. steps, "events"], cancellationToken);

            var there = await File.ReadAllBytesAsync(Path.Combine(folder, "events"), cancellationToken);
            var here = Replay();
            using (Assert.EnterMultipleScope())
            {
                Assert.That(there, Has.Length.EqualTo(here.Length));
                Assert.That(there.AsSpan().CommonPrefixLength(here), Is.EqualTo(here.Length), "where they begin to differ");
                Assert.That(Hash(there), Is.EqualTo(Hash(here)));
            }

            TestContext.Out.WriteLine($"{here.Length} bytes, SHA-256 {Hash(here)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] Replay()
    {
        var stream = new MemoryStream();
        EngineReplay.Run(Seed, Steps, stream, new List<Type>());
        return stream.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static async Task RunAsync(string folder, string[] command, CancellationToken cancellationToken)
    {
        using var process = Child.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            process.Kill();
        }

        Assert.That(process.ExitCode, Is.Zero, $"{command[0]}: {await output}{await errors}");
    }
}
