using System.Collections.Immutable;
using System.Text.Json;
using PlayFlow.Emulator.Control;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>
/// The file that names projects beside the one of the command line: a JSON list of <c>{"id", "name", "server_key", "client_key",
/// "plan"}</c>, of which the name and the plan may be left out.
/// </summary>
internal static class ProjectsFile
{
    private const long MaxBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads the projects.</summary>
    /// <param name="path">The file.</param>
    /// <param name="own">The project of the command line: its id and keys are taken.</param>
    /// <exception cref="StartException">It cannot be read, or something in it is wrong: everything that is, is told.</exception>
    public static ImmutableArray<ProjectEntry> Read(string path, ProjectEntry own)
    {
        using var document = Parse(path);
        if (document.RootElement.ValueKind is not JsonValueKind.Array)
        {
            throw Bad(path, ["a list of projects is expected"]);
        }

        var faults = new List<string>();
        var entries = ImmutableArray.CreateBuilder<ProjectEntry>();
        var index = 0;
        foreach (var item in document.RootElement.EnumerateArray())
        {
            var at = FormattableString.Invariant($"[{index++}]");
            if (item.ValueKind is not JsonValueKind.Object)
            {
                faults.Add($"{at} is not an object");
            }
            else if (ProjectEntry.Read(item, isWhole: true).TryGetValue(out var entry, out var problem))
            {
                faults.AddRange(Clashes(entry, entries.Prepend(own)).Select(clash => $"{at}.{clash}"));
                entries.Add(entry);
            }
            else
            {
                faults.AddRange(problem.Violations.Select(violation => $"{at}.{violation.Path}: {violation.Message}"));
            }
        }

        return faults.Count == 0 ? entries.ToImmutable() : throw Bad(path, faults);
    }

    private static IEnumerable<string> Clashes(ProjectEntry entry, IEnumerable<ProjectEntry> others)
    {
        foreach (var other in others)
        {
            if (entry.Id == other.Id)
            {
                yield return $"id: '{entry.Id}' is another project's";
            }

            if (entry.ServerKey == other.ServerKey)
            {
                yield return $"server_key: it is that of project '{other.Id}'";
            }

            if (entry.ClientKey == other.ClientKey)
            {
                yield return $"client_key: it is that of project '{other.Id}'";
            }
        }
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return file.Length <= MaxBytes
                ? JsonDocument.Parse(file, Options)
                : throw Bad(path, ["it is larger than 1 MiB"]);
        }
        catch (JsonException fault)
        {
            throw Bad(path, [FormattableString.Invariant(
                $"it is not valid JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}")]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartException($"The projects file '{path}' cannot be read: {fault.Message}", fault);
        }
    }

    private static StartException Bad(string path, IEnumerable<string> faults) =>
        new($"The projects file '{path}' is not valid: {string.Join("; ", faults)}");
}
