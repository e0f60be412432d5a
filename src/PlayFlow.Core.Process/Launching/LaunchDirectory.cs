using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Launching;

/// <summary>
/// The folder of one launch: the game's own files, its output, and what is needed to take it up again. A folder without a
/// record is the rest of a launch that never happened.
/// </summary>
internal sealed class LaunchDirectory(string path)
{
    private const string RecordFile = "launch.json";
    private const string OpenedRecordFile = "launch.opened.json";
    private const string EndFile = "end.json";
    private const string ProcessFile = "process.json";
    private const string AsidePrefix = ".removed-";

    // Once true it stays so.
    private volatile bool _hasOpened;

    /// <summary>The folder.</summary>
    public string FullPath { get; } = path;

    /// <summary>Its name, unique among the launches of a data directory.</summary>
    public string Name => Path.GetFileName(FullPath);

    /// <summary>The game's private copy of the build.</summary>
    public string Files => Path.Combine(FullPath, "files");

    /// <summary>What the game writes to its standard output.</summary>
    public string Output => Path.Combine(FullPath, "out");

    /// <summary>What the game writes to its error output.</summary>
    public string Errors => Path.Combine(FullPath, "err");

    /// <summary>The folder of a launch.</summary>
    public static LaunchDirectory For(string servers, ComputeId id) => new(Path.Combine(servers, FolderName.From(id.ToString())));

    /// <summary>A file of the launch.</summary>
    public string PathOf(string name) => Path.Combine(FullPath, name);

    /// <summary>Makes the folder anew and empty.</summary>
    public void Create()
    {
        Delete();
        PrivateFiles.CreateDirectory(FullPath);
        PrivateFiles.CreateDirectory(Files);
        PrivateFiles.Create(Output, string.Empty);
        PrivateFiles.Create(Errors, string.Empty);
    }

    /// <summary>Whether the folder is the rest of one whose removal was interrupted.</summary>
    public bool IsAside => Name.StartsWith(AsidePrefix, StringComparison.Ordinal);

    /// <summary>
    /// Removes the folder with everything in it; links are removed, never followed. What is left when that is interrupted is no
    /// longer taken for a launch.
    /// </summary>
    public void Delete()
    {
        if (IsAside)
        {
            PrivateFiles.DeleteDirectory(FullPath);
        }
        else if (Directory.Exists(FullPath))
        {
            PrivateFiles.DeleteDirectory(SetAside());
        }
    }

    /// <summary>Gives the folder a name that no launch has, in one step, and says where it is now.</summary>
    public string SetAside()
    {
        var parent = Path.GetDirectoryName(FullPath)!;
        for (var attempt = 0; ; attempt++)
        {
            var aside = Path.Combine(parent, FormattableString.Invariant($"{AsidePrefix}{attempt}-{Name}"));
            if (!Directory.Exists(aside))
            {
                Directory.Move(FullPath, aside);
                return aside;
            }
        }
    }

    /// <summary>Makes the files of the game's output where they are missing: nothing was written, then.</summary>
    public void CompleteOutput()
    {
        CreateIfMissing(Output);
        CreateIfMissing(Errors);
    }

    /// <summary>Whether the launch's ports were once seen open.</summary>
    public bool HasOpened => _hasOpened || (_hasOpened = File.Exists(PathOf(OpenedRecordFile)));

    /// <summary>Keeps the fact that the launch's ports were seen open, as the name of its record: no file is cheaper.</summary>
    public void MarkOpened()
    {
        if (!_hasOpened)
        {
            // Nothing is there to be overwritten; to allow it spares the system a look.
            File.Move(PathOf(RecordFile), PathOf(OpenedRecordFile), overwrite: true);
            _hasOpened = true;
        }
    }

    public LaunchRecord? ReadRecord() => Read(HasOpened ? OpenedRecordFile : RecordFile, RecordJson.Default.LaunchRecord);

    /// <summary>Keeps the record of a launch that has none yet. One cut short counts as none.</summary>
    public void WriteRecord(LaunchRecord record) =>
        PrivateFiles.Create(PathOf(RecordFile), JsonSerializer.Serialize(record, RecordJson.Default.LaunchRecord));

    public ComputeExit? ReadEnd() => Read(EndFile, RecordJson.Default.EndRecord)?.ToExit();

    public void WriteEnd(ComputeExit exit) => Write(EndFile, EndRecord.From(exit), RecordJson.Default.EndRecord);

    public ProcessRecord? ReadProcess() => Read(ProcessFile, RecordJson.Default.ProcessRecord);

    public void WriteProcess(ProcessRecord process) => Write(ProcessFile, process, RecordJson.Default.ProcessRecord);

    private static void CreateIfMissing(string path)
    {
        if (!File.Exists(path))
        {
            PrivateFiles.Create(path, string.Empty);
        }
    }

    private T? Read<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        var path = PathOf(name);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private void Write<T>(string name, T value, JsonTypeInfo<T> type) =>
        PrivateFiles.Replace(PathOf(name), JsonSerializer.Serialize(value, type));
}
