namespace PlayFlow.Core.Process.Tests.Kit;

/// <summary>Where the tests find what they run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string EchoServer { get; } = Path.Combine(
        Root, "samples", "EchoGameServer", "bin", AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0");

    public static string DotnetRoot { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    /// <summary>The folder with real game servers, or null.</summary>
    public static string? Games { get; } = new[] { Environment.GetEnvironmentVariable("PLAYFLOW_GAMES"), Path.Combine(Root, "..", "shared", "games"), Path.Combine(Root, "..", "..", "shared", "games") }
        .FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "pack.sh")));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PlayFlow.Core.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests are not in their repository.");
        }

        return folder;
    }
}
