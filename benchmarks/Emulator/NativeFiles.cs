using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PlayFlow.Benchmarks.Emulator;

/// <summary>The emulator and the floor as native files.</summary>
internal sealed record NativeFiles(string Emulator, string Bare)
{
    /// <summary>Publishes both as the README says, at once; null where there is no native toolchain.</summary>
    public static async Task<NativeFiles?> PublishAsync() =>
        await Task.WhenAll(PublishAsync("emulator", "playflow-emulator"), PublishAsync("benchmarks/BareKestrel", "BareKestrel")) is [{ } emulator, { } bare]
            ? new NativeFiles(emulator, bare)
            : null;

    private static async Task<string?> PublishAsync(string project, string name)
    {
        var rid = RuntimeInformation.RuntimeIdentifier;
        var built = Programs.Folder(project);
        var start = new ProcessStartInfo("dotnet", ["publish", Path.Combine(built, "..", "..", ".."), "-c", "Release", "-r", rid, "-v", "q", "--nologo"])
        {
            RedirectStandardOutput = true,
        };
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
        {
            await Console.Error.WriteLineAsync(output);
            return null;
        }

        return Path.Combine(built, rid, "publish", name + (OperatingSystem.IsWindows() ? ".exe" : ""));
    }
}
