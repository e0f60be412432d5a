using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// What an image is called: <c>[registry[:port]/]name[:tag][@digest]</c>. One made by <see cref="TryParse"/> is never taken by an
/// engine for an image's id, nor does it carry a password.
/// </summary>
/// <param name="Name">The repository, with its registry if one is named.</param>
/// <param name="Version">The digest, or else the tag.</param>
internal sealed partial record ImageReference(string Name, string Version)
{
    private const int LongestName = 255;
    private const string NoTag = "latest";

    /// <summary>Whether it names one content for ever.</summary>
    public bool IsDigest => Version.Contains(':', StringComparison.Ordinal);

    /// <summary>Reads what a caller wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reference">What it says. Without tag and digest, the tag <c>latest</c> is meant.</param>
    /// <param name="fault">What is wrong with it. The text is not repeated: a password may have got into it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference, [NotNullWhen(false)] out string? fault)
    {
        (reference, fault) = (null, null);
        if (text.Contains("://", StringComparison.Ordinal))
        {
            fault = "image_url is not an address but the name of an image: leave out what stands before and with '://'";
        }
        else if (Pattern().Match(text) is not { Success: true } match)
        {
            fault = Pattern().IsMatch(text.ToLowerInvariant()) && text.Any(char.IsAsciiLetterUpper)
                ? "image_url has capital letters in the name of the image, where no registry allows any"
                : "image_url is no name of an image: [registry[:port]/]name[:tag][@sha256:digest] is expected";
        }
        else if (match.Groups["name"].Length > LongestName)
        {
            fault = FormattableString.Invariant($"image_url names an image with more than {LongestName} characters");
        }
        else if (BuildImages.IsOwn(match.Groups["name"].Value))
        {
            fault = "image_url names an image that was made of a build: give the build instead";
        }
        else
        {
            var (tag, digest) = (match.Groups["tag"].Value, match.Groups["digest"].Value);
            reference = new ImageReference(match.Groups["name"].Value, digest.Length > 0 ? digest : tag.Length > 0 ? tag : NoTag);
        }

        return fault is null;
    }

    /// <summary>As the engine is asked for it.</summary>
    public override string ToString() => IsDigest ? $"{Name}@{Version}" : $"{Name}:{Version}";

    // The grammar of the distribution project, whose engines and registries all go by.
    [GeneratedRegex(
        """
        \A(?<name>(?:(?:(?=[^/]*[.:A-Z])(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?|localhost)/)?
        (?![0-9a-f]{64}(?:[:@]|\z))[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*)
        (?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})))?\z
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
