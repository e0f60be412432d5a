using System.Runtime.InteropServices;

namespace PlayFlow.Core.Process.Artefacts;

/// <summary>Tells from its first bytes whether a file can be run here, and makes it runnable where that is a matter of a bit.</summary>
internal static class RunnableFile
{
    private const int HeadBytes = 256;
    private const int ElfMachineOffset = 18;

    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>One sentence on why the file cannot be run, or null.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What to call it.</param>
    public static string? FindFault(string path, string name)
    {
        if (Directory.Exists(path))
        {
            return $"the executable '{name}' is a folder";
        }

        if (!File.Exists(path))
        {
            return $"the executable '{name}' is not in the build";
        }

        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var head = ReadHead(path);
        return head switch
        {
            [] => $"the executable '{name}' is empty",
            [(byte)'M', (byte)'Z', ..] => $"the executable '{name}' is a Windows program; servers run Linux builds",
            [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] => FindElfFault(head, name),
            [0xcf, 0xfa, 0xed, 0xfe, ..] or [0xca, 0xfe, 0xba, 0xbe, ..] when !OperatingSystem.IsMacOS() =>
                $"the executable '{name}' is a macOS program; servers run Linux builds",
            [(byte)'#', (byte)'!', ..] => FindScriptFault(head, name),
            _ => null,
        };
    }

    /// <summary>Lets the file be run by everybody who may read it.</summary>
    public static void Allow(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Execute) != Execute)
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | Execute);
        }
    }

    /// <summary>
    /// An archive made on Windows knows no execute bits, and programs start others: when no file of a build may be run, all
    /// that look like programs or scripts may.
    /// </summary>
    public static void AllowAllIfNone(string root, BuildManifest manifest)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var files = manifest.Files.Where(file => file.Kind == 'f').Select(file => Path.Combine(root, file.Path)).ToArray();
        foreach (var file in files)
        {
            if ((File.GetUnixFileMode(file) & Execute) != 0)
            {
                return;
            }
        }

        foreach (var file in files)
        {
            if (ReadHead(file) is [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] or [(byte)'#', (byte)'!', ..])
            {
                Allow(file);
            }
        }
    }

    private static string? FindElfFault(byte[] head, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return $"the executable '{name}' is a Linux program; here servers run as processes of this system";
        }

        const ushort amd64 = 62;
        const ushort arm64 = 183;
        var machine = head.Length >= ElfMachineOffset + 2 ? BitConverter.ToUInt16(head, ElfMachineOffset) : (ushort)0;
        var architecture = RuntimeInformation.OSArchitecture;
        return (machine, architecture) switch
        {
            (arm64, Architecture.X64) => $"the executable '{name}' is built for ARM; this machine is x86-64",
            (amd64, Architecture.Arm64) => $"the executable '{name}' is built for x86-64; this machine is ARM",
            _ => null,
        };
    }

    private static string? FindScriptFault(byte[] head, string name)
    {
        var line = System.Text.Encoding.UTF8.GetString(head.AsSpan(2)).Split('\n')[0];
        if (line.EndsWith('\r'))
        {
            return $"the first line of the script '{name}' ends in a carriage return; save it with Unix line ends";
        }

        var interpreter = line.Trim().Split(' ', '\t')[0];
        return interpreter.Length == 0 || !File.Exists(interpreter)
            ? $"the script '{name}' wants to be run by '{interpreter}', which is not on this machine"
            : null;
    }

    private static byte[] ReadHead(string path)
    {
        using var file = File.OpenHandle(path);
        var head = new byte[HeadBytes];
        return head[..RandomAccess.Read(file, head, 0)];
    }
}
