using System.Text.RegularExpressions;
using NUnit.Framework;

namespace PlayFlow.Core.Tests.Conventions;

/// <summary>Where a type is looked for, it is.</summary>
public sealed partial class FileNamesTests
{
    private static IEnumerable<string> Files() => new[] { "src", "emulator" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(RepositoryFiles.Root, file).Replace('\\', '/'))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [Test]
    public void Files_are_named_for_a_type_in_them() => Assert.That(Files().Where(file => !IsNamedForAType(file)), Is.Empty);

    [Test]
    public void Namespaces_follow_the_folders() => Assert.That(
        Files().Where(file => Namespace().Match(Read(file)) is { Success: true } match && match.Groups[1].Value != Expected(file)), Is.Empty);

    private static bool IsNamedForAType(string file)
    {
        var name = Path.GetFileName(file).Split('.')[0];
        var text = Read(file);
        return name is "Program" or "AssemblyInfo" || TypeDeclaration().Matches(text).Any(match => match.Groups[1].Value == name);
    }

    private static string Expected(string file)
    {
        var folders = file.Split('/')[..^1];
        return folders[0] == "src" ? string.Join('.', folders[1..]) : string.Join('.', ["PlayFlow.Emulator", .. folders[1..]]);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, file));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|struct|interface|enum|record|delegate \w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
