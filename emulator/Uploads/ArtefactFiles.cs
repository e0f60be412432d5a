using PlayFlow.Core.Builds;

namespace PlayFlow.Emulator.Uploads;

/// <summary>
/// Where uploads and artefacts lie. A file has its final name only once it is whole and on disk; until then it ends in
/// <c>.part</c>, and whatever ends so at start is what a crash left.
/// </summary>
internal sealed class ArtefactFiles
{
    private const string Part = ".part";

    private readonly string _uploads;
    private readonly string _artefacts;

    /// <summary>Makes the directories below a root and clears what an earlier crash left in them.</summary>
    public ArtefactFiles(string root)
    {
        _uploads = Directory.CreateDirectory(Path.Combine(root, "uploads")).FullName;
        _artefacts = Directory.CreateDirectory(Path.Combine(root, "artefacts")).FullName;
        foreach (var folder in (string[])[_uploads, _artefacts])
        {
            foreach (var left in Directory.EnumerateFiles(folder, "*" + Part))
            {
                File.Delete(left);
                Cleared++;
            }
        }
    }

    /// <summary>How many files of an earlier crash were removed.</summary>
    public int Cleared { get; }

    /// <summary>The archive as it was uploaded.</summary>
    public string Upload(BuildId build) => Path.Combine(_uploads, Name(build) + ".zip");

    /// <summary>The checked and repacked build.</summary>
    public string Artefact(BuildId build) => Path.Combine(_artefacts, Name(build) + ".tar.zst");

    /// <summary>A file's name until it is whole.</summary>
    public static string Unfinished(string path) => path + Part;

    /// <summary>Gives a whole file its name; what had the name before is replaced.</summary>
    public static void Finish(string path) => File.Move(Unfinished(path), path, overwrite: true);

    // Ids are opaque: escaped, none can name another directory.
    private static string Name(BuildId build) => Uri.EscapeDataString(build.Value);
}
