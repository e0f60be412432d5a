using System.Security.Cryptography;
using System.Text;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>Names of containers, tags and folders for things with opaque ids.</summary>
internal static class SafeName
{
    private const int Longest = 80;

    /// <summary>The id itself when it is a name everywhere, and no other id can look like it; a hash of it otherwise.</summary>
    public static string From(string id)
    {
        var isPlain = id.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(id[0]) && !id.StartsWith('x') && id[^1] != '.'
            && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
        return isPlain ? id : "x" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));
    }
}
