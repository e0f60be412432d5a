using System.Security.Cryptography;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>
/// Who the provider of a data directory is to the engine: a word made once and kept there, so that two of them on one engine
/// never take each other's containers, and a directory that is moved keeps its own.
/// </summary>
internal static class OwnerFile
{
    private const string Name = "owner";
    private const int Letters = 12;

    /// <summary>The word of a directory, made if there is none.</summary>
    public static string ReadOrCreate(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: Letters } known && known.All(char.IsAsciiHexDigitLower))
        {
            return known;
        }

        var owner = RandomNumberGenerator.GetHexString(Letters, lowercase: true);
        var unfinished = path + ".part";
        File.WriteAllText(unfinished, owner);
        File.Move(unfinished, path, overwrite: true);
        return owner;
    }
}
