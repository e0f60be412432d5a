using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace PlayFlow.Core.Projects;

/// <summary>
/// Finds the project of a key in a time that tells nothing about any key: by the key's hash, then by comparing all of it. The key
/// found last is compared first, all of it too, which tells its length at most. The keys never change. Hashes at the first look: a
/// host that nobody calls needs no cryptography. Safe to use from any thread.
/// </summary>
public sealed class KeyRing
{
    private readonly Lazy<Dictionary<long, Entry>> _byHash;

    // Nearly every call brings the key of the one before: no need to hash it again, for a twentieth of what a call costs.
    private Latest? _latest;

    private KeyRing(IReadOnlyList<Project> projects) => _byHash = new(() => HashAll(projects));

    /// <summary>A ring without keys.</summary>
    public static KeyRing Empty { get; } = new([]);

    /// <summary>The ring of some projects' keys.</summary>
    public static KeyRing Of(IEnumerable<Project> projects) => new([.. projects]);

    /// <summary>The project a key opens and the kind of key it is, or null for a key nobody has.</summary>
    public (ProjectId Project, KeyKind Kind)? Find(string key)
    {
        if (Volatile.Read(ref _latest) is { } latest && latest.Is(key))
        {
            return latest.Entry.Owner;
        }

        var hash = Hash(key);
        if (!_byHash.Value.TryGetValue(BitConverter.ToInt64(hash, 0), out var entry)
            || !CryptographicOperations.FixedTimeEquals(hash, entry.Hash))
        {
            return null;
        }

        Volatile.Write(ref _latest, new Latest(key, entry));
        return entry.Owner;
    }

    private static Dictionary<long, Entry> HashAll(IReadOnlyList<Project> projects)
    {
        var byHash = new Dictionary<long, Entry>();
        foreach (var project in projects)
        {
            Add(project.Keys.ServerKey, KeyKind.Server, project.Id);
            Add(project.Keys.ClientKey, KeyKind.Client, project.Id);
        }

        return byHash;

        void Add(string key, KeyKind kind, ProjectId project)
        {
            var hash = Hash(key);
            byHash[BitConverter.ToInt64(hash, 0)] = new Entry(hash, (project, kind));
        }
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

    private readonly record struct Entry(byte[] Hash, (ProjectId Project, KeyKind Kind) Owner);

    private sealed class Latest(string key, Entry entry)
    {
        public Entry Entry => entry;

        public bool Is(string other) =>
            CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(key.AsSpan()), MemoryMarshal.AsBytes(other.AsSpan()));
    }
}
