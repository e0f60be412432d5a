using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>Whether an image is made for the machine that the engine runs on.</summary>
internal static class MachineCheck
{
    private const string Interpreters = "/proc/sys/fs/binfmt_misc";

    /// <summary>Says so in a line when it is not and the engine may run it all the same: many emulate another machine.</summary>
    /// <exception cref="ComputeException">It is not, and the engine runs here, where nothing emulates that machine.</exception>
    public static void Run(ImageInspectResponse image, EngineFacts engine, Action<string> log)
    {
        if (image.Os is { Length: > 0 } system && system != "linux")
        {
            throw Unrunnable($"the image is made for {system}; servers run Linux");
        }

        if (image.Architecture is not { Length: > 0 } machine || engine.Architecture is not { Length: > 0 } own || machine == own)
        {
            return;
        }

        if (engine.IsLocal && !CanEmulate(machine) && (machine, own) is not ("386", "amd64"))
        {
            throw Unrunnable($"the image is made for {machine}, and the Docker engine's machine is {own}");
        }

        log($"The image is made for {machine}, and the Docker engine's machine is {own}: it has to be emulated, and runs slower, if at all.");
    }

    private static bool CanEmulate(string machine) => File.Exists(Path.Combine(Interpreters, "qemu-" + KernelName(machine)));

    // What the kernel's list of interpreters calls the machines whose programs they run.
    private static string KernelName(string machine) => machine switch
    {
        "amd64" => "x86_64",
        "386" => "i386",
        "arm64" => "aarch64",
        _ => machine,
    };

    private static ComputeException Unrunnable(string message) => new(StopReason.StartupFailureExecutable, message);
}
