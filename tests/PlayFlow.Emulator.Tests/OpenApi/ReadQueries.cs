using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace PlayFlow.Emulator.Tests.OpenApi;

/// <summary>A query that tells which of its parameters are asked for, whether they are there or not.</summary>
internal sealed class ReadQueries(IQueryCollection inner, Action<string> read) : IQueryCollection
{
    public int Count => inner.Count;

    public ICollection<string> Keys => inner.Keys;

    public StringValues this[string key]
    {
        get
        {
            read(key);
            return inner[key];
        }
    }

    public bool ContainsKey(string key)
    {
        read(key);
        return inner.ContainsKey(key);
    }

    public bool TryGetValue(string key, [NotNullWhen(true)] out StringValues value)
    {
        read(key);
        return inner.TryGetValue(key, out value);
    }

    public IEnumerator<KeyValuePair<string, StringValues>> GetEnumerator() => inner.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
