namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>Images made of this machine's own files, since no registry is needed for a test.</summary>
internal static class BaseImages
{
    private static readonly string[] Programs = ["/usr/bin/perl", "/usr/games/teeworlds-server", "/usr/games/bzfs"];

    private static readonly string[] Words = ["sh", "cat", "sleep", "grep", "cut", "head", "tr", "nc", "tail", "ls", "id", "dirname", "mkdir", "mktemp"];

    /// <summary>Makes <see cref="SharedEngine.BaseImage"/>.</summary>
    public static async Task ImportAsync(DockerEngineProcess engine)
    {
        var root = Directory.CreateTempSubdirectory("pfd-root-").FullName;
        try
        {
            await FillAsync(root);
            await engine.ImportAsync(root, SharedEngine.BaseImage);
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
            foreach (var library in (await Shell.CheckAsync("ldd", program)).Split((char[])[' ', '\t', '\n']).Where(File.Exists))
            {
                Copy(library, root);
            }
        }

        // The part of Perl that every Debian has: games of tests that speak UDP are written in it.
        Copy(Programs[0], root);
        await Shell.CheckAsync("cp", "-r", "--parents", "/usr/lib/x86_64-linux-gnu/perl-base", root);
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
