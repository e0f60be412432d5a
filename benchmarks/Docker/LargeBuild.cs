using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;

namespace PlayFlow.Benchmarks.Docker;

/// <summary>A large build as the emulator has it, a tar.zst, and as it was uploaded, a ZIP. Its content is packed to two thirds.</summary>
internal sealed class LargeBuild : IBuildArtefacts
{
    public const int Megabytes = 300;

    private const int Files = 30;
    private readonly string _folder;
    private int _seed;

    private LargeBuild(string folder) => _folder = folder;

    public static async Task<LargeBuild> MakeAsync(string parent)
    {
        var build = new LargeBuild(Directory.CreateDirectory(Path.Combine(parent, "large")).FullName);
        Directory.CreateDirectory(Path.Combine(build._folder, "files"));
        await File.WriteAllTextAsync(Path.Combine(build._folder, "files", "server"), "#!/bin/sh\nexec sleep 600\n");
        for (var file = 0; file < Files; file++)
        {
            await build.WriteAsync(file, seed: file);
        }

        await build.PackAsync();
        return build;
    }

    /// <summary>Makes the next version of it: one file in so many changes.</summary>
    public async Task ChangeAsync(int every = 10)
    {
        _seed += 1000;
        for (var file = 0; file < Files; file += every)
        {
            await WriteAsync(file, _seed + file);
        }

        await PackAsync();
    }

    /// <summary>The floor: its bytes from one form to the other.</summary>
    public Task UnzipToZstdAsync() => EngineProgram.ShellAsync($"cd '{_folder}' && unzip -p build.zip | zstd -q -f -o floor.zst");

    public Task ExtractAsync(Build build, string directory, CancellationToken cancellationToken) =>
        EngineProgram.ShellAsync($"zstd -q -dc '{_folder}/build.tar.zst' | tar -C '{directory}' -x");

    private Task<string> PackAsync() => EngineProgram.ShellAsync(
        $"cd '{_folder}' && rm -f build.zip && tar -C files -c . | zstd -q -1 -f -o build.tar.zst && (cd files && python3 -c \"import shutil; shutil.make_archive('../build', 'zip')\")");

    private async Task WriteAsync(int file, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[Megabytes * 1_000_000 / Files];
        random.NextBytes(bytes);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= 0x1f;
        }

        await File.WriteAllBytesAsync(Path.Combine(_folder, "files", $"data-{file}"), bytes);
    }
}
