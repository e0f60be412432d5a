using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Tests.Uploads;

/// <summary>A store over a directory of its own, and one build.</summary>
internal sealed class UploadScene : IDisposable
{
    public UploadScene(
        UploadLimits? limits = null, Func<string, long, Stream>? createFile = null, TimeProvider? time = null, TimeSpan processingDelay = default)
    {
        Root = Directory.CreateTempSubdirectory("uploads-").FullName;
        Options = new ArtefactStoreOptions { Directory = Path.Combine(Root, "data"), Limits = limits ?? new UploadLimits(), ProcessingDelay = processingDelay };
        if (createFile is not null)
            Options = Options with { CreateFile = createFile };
        if (time is not null)
            Options = Options with { Time = time };
        Store = new ArtefactStore(Options);
    }

    public static BuildId Id { get; } = new("11111111-2222-3333-4444-555555555555");

    public string Root { get; }

    public ArtefactStoreOptions Options { get; }

    public ArtefactStore Store { get; }

    /// <summary>The lines of the build's log.</summary>
    public List<string> Log { get; } = [];

    public string Upload => Path.Combine(Options.Directory, "uploads", $"{Id}.zip");

    public string Artefact => Path.Combine(Options.Directory, "artefacts", $"{Id}.tar.zst");

    /// <summary>All files of the store, with paths relative to it.</summary>
    public IEnumerable<string> Files => FilesBelow(Options.Directory);

    public static Build Build(string? executable = null) => new()
    {
        Id = Id,
        Project = new ProjectId("project"),
        Name = Core.Builds.Build.DefaultName,
        Version = 1,
        Type = BuildType.Zip,
        ExecutablePath = executable,
        State = BuildState.Processing,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public static IEnumerable<string> FilesBelow(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(directory, file));

    public Task<UploadOutcome> ReceiveAsync(byte[] body) =>
        Store.ReceiveAsync(Id, new MemoryStream(body), body.Length, CancellationToken.None);

    public Task<string?> ProcessAsync(string? executable = null, CancellationToken cancellationToken = default) =>
        Store.ProcessAsync(Build(executable), Log.Add, cancellationToken);

    /// <summary>The permissions of a file.</summary>
    public static UnixFileMode ModeOf(string file)
    {
        if (!OperatingSystem.IsWindows())
            return File.GetUnixFileMode(file);

        Assert.Ignore("Windows has no Unix modes.");
        return UnixFileMode.None;
    }

    /// <summary>Uploads and processes an archive.</summary>
    public async Task<string?> RunAsync(byte[] archive, string? executable = null)
    {
        var outcome = await ReceiveAsync(archive);
        Assert.That(outcome, Is.EqualTo(new UploadOutcome(UploadStatus.Stored, archive.Length)));
        return await ProcessAsync(executable);
    }

    /// <summary>Unpacks the build and gives the directory.</summary>
    public async Task<string> ExtractAsync()
    {
        var target = Path.Combine(Root, "unpacked");
        await Store.ExtractAsync(Id, target, CancellationToken.None);
        return target;
    }

    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
