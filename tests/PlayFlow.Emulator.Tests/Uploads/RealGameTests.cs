using System.Diagnostics;
using NUnit.Framework;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Uploads;

/// <summary>Archives of real dedicated servers, in the shapes uploads have.</summary>
public sealed class RealGameTests
{
    [TestCase("teeworlds-server", "/usr/games/teeworlds-server", "teeworlds-server")]
    [TestCase("bzflag-server", "/usr/games/bzfs", "bin/bzfs")]
    public async Task Process_RealServer_CanBeRun(string name, string installed, string binary)
    {
        foreach (var (variable, value) in new[] { ("", ""), ("PACK_NOMODE", "1"), ("PACK_TOPDIR", "Some Game") })
        {
            using var scene = new UploadScene();
            var archive = await PackAsync(name, scene.Root, variable, value);

            Assert.That(await scene.RunAsync(archive, name), Is.Null, variable);

            var unpacked = await scene.ExtractAsync();
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(unpacked, binary)), Is.EqualTo(await File.ReadAllBytesAsync(installed)));
            foreach (var program in new[] { name, binary })
                Assert.That(UploadScene.ModeOf(Path.Combine(unpacked, program)) & UnixFileMode.UserExecute, Is.Not.Zero, variable);
        }
    }

    private static async Task<byte[]> PackAsync(string name, string directory, string variable, string value)
    {
        var script = Path.Combine(GamesDirectory(), "pack.sh");
        if (!File.Exists(script))
            Assert.Ignore($"No {script}; set PLAYFLOW_GAMES to the directory that has it.");

        var archive = Path.Combine(directory, "packed.zip");
        var start = new ProcessStartInfo("bash", [script, name, archive]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (variable.Length > 0)
            start.Environment[variable] = value;
        using var packing = Shell.Start(start);
        var output = packing.StandardOutput.ReadToEndAsync();
        var complaint = await packing.StandardError.ReadToEndAsync();
        await output;
        await packing.WaitForExitAsync();
        if (packing.ExitCode != 0)
            Assert.Ignore($"{name} cannot be packed here: {complaint.Trim()}");

        var bytes = await File.ReadAllBytesAsync(archive);
        File.Delete(archive);
        return bytes;
    }

    private static string GamesDirectory()
    {
        if (Environment.GetEnvironmentVariable("PLAYFLOW_GAMES") is { Length: > 0 } given)
            return given;

        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PlayFlow.Core.sln")))
            folder = folder.Parent;
        return Path.GetFullPath(Path.Combine(folder?.FullName ?? ".", "..", "shared", "games"));
    }
}
