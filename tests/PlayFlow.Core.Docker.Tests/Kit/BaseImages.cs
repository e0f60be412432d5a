using PlayFlow.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>Images made of this machine's own files, since no registry is needed for a test.</summary>
internal static class BaseImages
{
    private static readonly string[] Programs = ["/usr/bin/perl", "/usr/games/teeworlds-server", "/usr/games/bzfs"];

    private static readonly string[] Words = ["sh", "cat", "sleep", "grep", "cut", "head", "tr", "nc", "tail", "ls", "id", "dirname", "mkdir", "mktemp"];

    /// <summary>A base image with a shell, the C library and what Debian's game servers are linked to.</summary>
    public const string Plain = "playflow-test/base:1";

    /// <summary>The same with the .NET runtime of this process where programs look for it.</summary>
    public const string Dotnet = "playflow-test/dotnet:1";

    private const string DotnetRoot = "/usr/share/dotnet";

    /// <summary>Makes <see cref="Plain"/>.</summary>
    public static Task ImportAsync(DockerEngineProcess engine) => ImportAsync(engine, Plain, static _ => Task.CompletedTask);

    /// <summary>Makes <see cref="Dotnet"/>.</summary>
    public static Task ImportDotnetAsync(DockerEngineProcess engine) => ImportAsync(engine, Dotnet, async root =>
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        await Shell.CheckAsync("mkdir", "-p", root + DotnetRoot);
        await Shell.CheckAsync("sh", "-c", $"cd '{dotnet}' && cp -r --parents host/fxr 'shared/Microsoft.NETCore.App/{Path.GetFileName(runtime)}' '{root}{DotnetRoot}'");
        await AddLibrariesAsync(Path.Combine(runtime, "libcoreclr.so"), root);
    });

    private static async Task ImportAsync(DockerEngineProcess engine, string image, Func<string, Task> more)
    {
        var root = Directory.CreateTempSubdirectory("pfd-root-").FullName;
        try
        {
            await FillAsync(root);
            await more(root);
            await engine.ImportAsync(root, image);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task FillAsync(string root)
    {
        var bin = Directory.CreateDirectory(Path.Combine(root, "bin")).FullName;
        File.Copy("/bin/busybox", Path.Combine(bin, "busybox"));
        foreach (var word in Words)
        {
            File.CreateSymbolicLink(Path.Combine(bin, word), "busybox");
        }

        File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(root, "tmp")).FullName, (UnixFileMode)0b1_111_111_111);
        foreach (var program in Programs.Where(File.Exists))
        {
            await AddLibrariesAsync(program, root);
        }

        // The part of Perl that every Debian has: games of tests that speak UDP are written in it.
        Copy(Programs[0], root);
        await Shell.CheckAsync("cp", "-r", "--parents", "/usr/lib/x86_64-linux-gnu/perl-base", root);
    }

    private static async Task AddLibrariesAsync(string program, string root)
    {
        foreach (var library in (await Shell.CheckAsync("ldd", program)).Split((char[])[' ', '\t', '\n']).Where(File.Exists))
        {
            Copy(library, root);
        }
    }

    private static void Copy(string file, string root)
    {
        var target = root + file;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (!File.Exists(target))
        {
            File.Copy(file, target);
        }
    }
}
