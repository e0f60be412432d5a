using PlayFlow.Emulator.Tests.Journeys;

namespace PlayFlow.Emulator.Tests.OpenApi;

/// <summary>Files of the repository that are generated from the code.</summary>
internal static class GeneratedFile
{
    /// <summary>The file as it was accepted, to be compared with what the code gives now. With PLAYFLOW_ACCEPT=1 that is accepted first.</summary>
    public static string Accepted(string path, string generated)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("PLAYFLOW_ACCEPT") == "1")
        {
            File.WriteAllText(file, generated);
        }

        return File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : string.Empty;
    }
}
