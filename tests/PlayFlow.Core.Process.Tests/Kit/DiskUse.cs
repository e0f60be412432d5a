using System.Diagnostics;
using System.Globalization;

namespace PlayFlow.Core.Process.Tests.Kit;

/// <summary>How much disk files really take.</summary>
internal static class DiskUse
{
    /// <summary>Bytes of a file or folder; a file with several names counts once.</summary>
    public static long Of(string path)
    {
        using var du = Shell.Start(new ProcessStartInfo("du", ["-sk", path]) { RedirectStandardOutput = true });
        var output = du.StandardOutput.ReadToEnd();
        du.WaitForExit();
        return long.Parse(output.Split('\t')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
