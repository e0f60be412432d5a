using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>Where things are inside a container that runs an archive.</summary>
internal static class GameFolder
{
    /// <summary>The files of the build.</summary>
    public const string Files = "/game";

    /// <summary>
    /// Where <c>playflow.json</c> really is; beside the executable is a link to it. A name that no image has for something else,
    /// which could not be seen any more.
    /// </summary>
    public const string Config = "/.playflow";

    /// <summary>The full path of <c>playflow.json</c>.</summary>
    public const string ConfigFile = Config + "/" + ServerConfigFile.Name;

    /// <summary>The user who owns the files and runs the game: not root, whom some servers refuse to be.</summary>
    public const int User = 1000;

    /// <summary>The full path of the executable, with forward slashes.</summary>
    public static string Executable(Build build) => $"{Files}/{Name(build)}";

    /// <summary>The executable's name below the build's root, with forward slashes and nothing but names between them.</summary>
    /// <exception cref="ComputeException">It leads out of the build, or nowhere.</exception>
    public static string Name(Build build)
    {
        var path = build.ExecutablePath ?? Build.DefaultExecutablePath;
        string[] names = [.. path.Split('/', '\\').Where(static name => name is not ("" or "."))];
        return names.Length > 0 && !names.Contains("..") && !path.Contains('\0', StringComparison.Ordinal)
            ? string.Join('/', names)
            : throw new ComputeException(StopReason.StartupFailureExecutable, $"the executable '{path}' is not in the build");
    }

    /// <summary>The folder of the executable, which the game runs in.</summary>
    public static string WorkingDirectory(Build build) => Parent(Executable(build));

    /// <summary>Where the game finds <c>playflow.json</c>.</summary>
    public static string ConfigPath(Build build) => $"{WorkingDirectory(build)}/{ServerConfigFile.Name}";

    private static string Parent(string path) => path[..path.LastIndexOf('/')];
}
