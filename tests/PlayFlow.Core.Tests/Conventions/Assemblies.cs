namespace PlayFlow.Core.Tests.Conventions;

/// <summary>The product's assemblies, as they were built beside the tests.</summary>
internal static class Assemblies
{
    public const string Core = "PlayFlow.Core";
    public const string Process = "PlayFlow.Core.Process";
    public const string Docker = "PlayFlow.Core.Docker";
    public const string Sqlite = "PlayFlow.Core.Sqlite";
    public const string Testing = "PlayFlow.Core.Testing";
    public const string Emulator = "playflow-emulator";

    /// <summary>What is published as packages.</summary>
    public static readonly string[] Packages = [Core, Process, Docker, Sqlite, Testing];

    /// <summary>All that is shipped.</summary>
    public static readonly string[] Shipped = [.. Packages, Emulator];

    /// <summary>The file of an assembly.</summary>
    public static string PathOf(string name) => name == Emulator
        ? RepositoryFiles.Output("emulator", "playflow-emulator.dll")
        : Path.Combine(AppContext.BaseDirectory, name + ".dll");
}
