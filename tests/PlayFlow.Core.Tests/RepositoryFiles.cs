namespace PlayFlow.Core.Tests;

/// <summary>Files of the repository that tests hold the code to.</summary>
internal static class RepositoryFiles
{
    /// <summary>The repository's root: the folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Compares a file that is generated from the code with what the code gives now. With PLAYFLOW_ACCEPT=1 the file is written instead.
    /// </summary>
    public static string Accepted(string path, string generated)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("PLAYFLOW_ACCEPT") == "1")
        {
            File.WriteAllText(file, generated);
        }

        return File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : string.Empty;
    }

    /// <summary>A file that another project built, for the configuration the tests were built for.</summary>
    public static string Output(string project, string file) => Output(project, "net10.0", file);

    /// <summary>A file that another project built for a framework, for the configuration the tests were built for.</summary>
    public static string Output(string project, string framework, string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.Combine(Root, project, "bin", configuration, framework, file);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PlayFlow.Core.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}
