using NUnit.Framework;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>A dedicated server written by others: packed as its team would, and asked in its own protocol as its players do.</summary>
internal static class RealGame
{
    private const int NotInstalled = 3;

    /// <summary>The archive; the test is skipped, with the reason, where the game is not installed.</summary>
    public static async Task<byte[]> ZipAsync(string name, TemporaryDirectory directory)
    {
        var archive = directory.At($"{name}.zip");
        var (code, output) = await Shell.RunAsync("bash", [Path.Combine(Folder(), "pack.sh"), name, archive]);
        if (code is NotInstalled)
        {
            Assert.Ignore(output);
        }

        Assert.That(code, Is.Zero, output);
        return await File.ReadAllBytesAsync(archive);
    }

    /// <summary>Fails unless a player could join.</summary>
    public static Task JoinAsync(string probe, int port) => Probe.JoinAsync(Folder(), probe, port);

    private static string Folder()
    {
        var candidates = (string?[])
        [
            Environment.GetEnvironmentVariable("PLAYFLOW_GAMES"),
            Path.Combine(Repository.Root, "..", "shared", "games"),
            Path.Combine(Repository.Root, "..", "..", "shared", "games"),
        ];
        var folder = Array.Find(candidates, folder => folder is not null && File.Exists(Path.Combine(folder, "pack.sh")));
        if (folder is null)
        {
            Assert.Ignore("The folder with real game servers is not there; set PLAYFLOW_GAMES to it.");
        }

        return folder;
    }
}
