using System.Formats.Tar;
using PlayFlow.Core.Docker.Launching;

namespace PlayFlow.Core.Docker.Layers;

/// <summary>One file, folder or link of a layer: owned by the game's user, without a time.</summary>
/// <param name="Type">Which of the three.</param>
/// <param name="Path">Where it is in the image, without a slash before it.</param>
/// <param name="Mode">Who may read, write and run it.</param>
internal sealed record BuildEntry(TarEntryType Type, string Path, UnixFileMode Mode)
{
    /// <summary>What a link leads to.</summary>
    public string? Target { get; init; }

    /// <summary>The file on this system that has a file's content; an empty one has none.</summary>
    public string? Source { get; init; }

    /// <summary>How many bytes that is.</summary>
    public long Length { get; init; }

    /// <summary>As it stands in a tar, without its content.</summary>
    public PaxTarEntry ToTar()
    {
        var entry = new PaxTarEntry(Type, Path)
        {
            Mode = Mode,
            Uid = GameFolder.User,
            Gid = GameFolder.User,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
        if (Target is not null)
        {
            entry.LinkName = Target;
        }

        return entry;
    }
}
