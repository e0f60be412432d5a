using NUnit.Framework;

namespace PlayFlow.Core.Sqlite.Tests;

/// <summary>A folder of one test's own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private int _files;

    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("playflow-sqlite-").FullName;

    public string Path { get; }

    /// <summary>The file last given by <see cref="Next"/>.</summary>
    public string Current => File($"{_files}.db");

    public string Next()
    {
        _files++;
        return Current;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Copies a database as a crash at this moment would leave it: without what only memory holds.</summary>
    public string CopyAsAfterACrash(string database)
    {
        var copy = Next();
        foreach (var suffix in new[] { "", "-wal" })
        {
            using var source = new FileStream(database + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var target = new FileStream(copy + suffix, FileMode.CreateNew);
            source.CopyTo(target);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
