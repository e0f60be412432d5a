using System.Diagnostics;
using NUnit.Framework;
using Child = System.Diagnostics.Process;

namespace PlayFlow.Core.Tests.Samples;

/// <summary>Every sample runs to its end, and says what it is there to show.</summary>
public sealed class SamplesTests
{
    private static IEnumerable<string> Names() => Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "samples"))
        .Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0)
        .Select(folder => Path.GetFileName(folder)!);

    [TestCaseSource(nameof(Names))]
    public void Sample_begins_with_the_line_that_runs_it(string name)
    {
        var header = File.ReadLines(Path.Combine(RepositoryFiles.Root, "samples", name, "Program.cs")).Take(2);

        Assert.That(header, Has.One.Contains($"dotnet run --project samples/{name}").And.StartsWith("//"));
    }

    [TestCase("EmbedConsole", "duel is running: players connect to 127.0.0.1:3*", "the game answers: hello", "duel has stopped: SHUTDOWN_SIGNAL")]
    [TestCase("EmbedBackend", "duel: 200 127.0.0.1:3*", "rematch: 409 Plan limit reached: *")]
    [TestCase("OwnProperty", "Ok, passed 1000 tests.")]
    [TestCase("OwnProvider", "duel is Running on port 41*", "a match for the players of port 41*", "*SHUTDOWN_SIGNAL*")]
    [CancelAfter(300_000)]
    public async Task Sample_runs_to_its_end(string name, params string[] lines)
    {
        var (exitCode, output, errors) = await RunAsync(name, TestContext.CurrentContext.CancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(exitCode, Is.Zero, errors);
            Assert.That(errors, Is.Empty);
            foreach (var line in lines)
            {
                Assert.That(output, Has.Some.Matches<string>(written => Fits(line, written!)), line);
            }
        }
    }

    private static bool Fits(string pattern, string line) =>
        System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, line, ignoreCase: false);

    private static async Task<(int ExitCode, string[] Output, string Errors)> RunAsync(string name, CancellationToken cancellationToken)
    {
        using var process = Child.Start(new ProcessStartInfo("dotnet", [RepositoryFiles.Output($"samples/{name}", $"{name}.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, (await output).Split('\n', StringSplitOptions.TrimEntries), await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
