namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>Where the tests find what they run.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The configuration the tests were built in.</summary>
    public static string Configuration => AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PlayFlow.Core.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside their repository.");
        }

        return folder.FullName;
    }
}
