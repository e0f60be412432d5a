using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Tests.Compute;

public sealed class StartupArgsTests
{
    private static IEnumerable<TestCaseData> Splits()
    {
        yield return Case(null);
        yield return Case("  \t\n ");
        yield return Case("-batchmode  -nographics", "-batchmode", "-nographics");
        yield return Case("""-name "My Server" -map 'de dust'""", "-name", "My Server", "-map", "de dust");
        yield return Case("""a"b c"'d e'f""", "ab cd ef");
        yield return Case("""'' "" x""", "", "", "x");
        yield return Case("""\"quoted\" two\ words \\""", "\"quoted\"", "two words", "\\");
        yield return Case("""
            "a\"b\\c\d\$e"
            """, """a"b\c\d$e""");
        yield return Case("""'a\'b""", """a\b""");
        yield return Case("$HOME *.cfg `id` ~ > x | y ; z # not a comment", "$HOME", "*.cfg", "`id`", "~", ">", "x", "|", "y", ";", "z", "#", "not", "a", "comment");
        yield return Case("join\\\ned \"two \\\nlines\"", "joined", "two lines");
        yield return Case("\"sv_port 8303;ec_port 8303\"", "sv_port 8303;ec_port 8303");
    }

    [TestCaseSource(nameof(Splits))]
    public void TrySplit_Text_SplitsAsAShellWould(string? text, string[] expected)
    {
        Assert.That(StartupArgs.TrySplit(text, out var arguments), Is.True);
        Assert.That(arguments, Is.EqualTo(expected));
    }

    [TestCase("'open")]
    [TestCase("\"open")]
    [TestCase("ok \"open\\\"")]
    [TestCase("end\\")]
    public void TrySplit_UnclosedText_IsRefused(string text)
    {
        Assert.That(StartupArgs.TrySplit(text, out var arguments), Is.False);
        Assert.That(arguments, Is.Empty);
    }

    private static TestCaseData Case(string? text, params string[] expected) =>
        new TestCaseData(text, expected).SetArgDisplayNames(text ?? "null");
}
