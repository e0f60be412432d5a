using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>Whether the file that an image is to run is one that can be run.</summary>
internal static class ProgramCheck
{
    // As the engine writes modes: Go's bits above, the system's permissions below.
    private const uint Folder = 1u << 31;
    private const uint Link = 1u << 27;
    private const uint AnyExecute = 0b001_001_001;

    /// <summary>Says nothing when it can.</summary>
    /// <exception cref="ComputeException">It cannot.</exception>
    public static void Run(string path, ContainerPathStatResponse? found)
    {
        if (found is null)
        {
            throw Unrunnable($"the image has no file '{path}', which it is to run");
        }

        if ((found.Mode & Folder) != 0)
        {
            throw Unrunnable($"'{path}', which the image is to run, is a folder");
        }

        if ((found.Mode & (Link | AnyExecute)) == 0)
        {
            throw Unrunnable($"'{path}', which the image is to run, is not executable: set its mode when the image is made");
        }
    }

    private static ComputeException Unrunnable(string message) => new(StopReason.StartupFailureExecutable, message);
}
