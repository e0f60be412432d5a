using System.Security.Cryptography;
using System.Text;

namespace PlayFlow.Core.Projects;

/// <summary>
/// Finds the project of a key in a time that tells nothing about any key: by the key's hash, then by comparing all of it.
/// Immutable.
/// </summary>
public sealed class KeyRing
{
    private readonly Dictionary<long, Entry> _byHash;

    private KeyRing(Dictionary<long, Entry> byHash) => _byHash = byHash;

    /// <summary>A ring without keys.</summary>
    public static KeyRing Empty { get; } = new([]);

    /// <summary>The ring of some projects' keys.</summary>
    public static KeyRing Of(IEnumerable<Project> projects)
    {
        var byHash = new Dictionary<long, Entry>();
        foreach (var project in projects)
        {
            Add(project.Keys.ServerKey, KeyKind.Server, project.Id);
            Add(project.Keys.ClientKey, KeyKind.Client, project.Id);
        }

        return new KeyRing(byHash);

        void Add(string key, KeyKind kind, ProjectId project)
        {
            var hash = Hash(key);
            byHash[BitConverter.ToInt64(hash, 0)] = new Entry(hash, kind, project);
        }
    }

    /// <summary>The project a key opens and the kind of key it is, or null for a key nobody has.</summary>
    public (ProjectId Project, KeyKind Kind)? Find(string key)
    {
        var hash = Hash(key);
        return _byHash.TryGetValue(BitConverter.ToInt64(hash, 0), out var entry)
            && CryptographicOperations.FixedTimeEquals(hash, entry.Hash)
            ? (entry.Project, entry.Kind)
            : null;
    }

    private static byte[] Hash(string key)
    {
#if NET
        return SHA256.HashData(Encoding.UTF8.GetBytes(key));
#else
        using var algorithm = SHA256.Create();
        return algorithm.ComputeHash(Encoding.UTF8.GetBytes(key));
#endif
    }

    private readonly record struct Entry(byte[] Hash, KeyKind Kind, ProjectId Project);
}
