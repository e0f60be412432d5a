using System.Text.Json;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Problems;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Uploads.Tree;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>What callers say of a new build, checked.</summary>
internal static class BuildFields
{
    private const int MaxImageLength = 2048;
    private const int MaxPathLength = 1024;

    /// <summary>The query of an upload.</summary>
    public static Result<NewBuild> Upload(IQueryCollection parameters)
    {
        var violations = new ViolationList();
        var query = new QueryFields(parameters, violations);
        var name = query.Text("name", 1, Build.MaxNameLength);
        var executable = query.Text("executable_path", 1, MaxPathLength);
        if (executable is not null)
        {
            CheckExecutable(executable, violations);
        }

        return violations.IsEmpty
            ? new NewBuild(name ?? Build.DefaultName, executable ?? Build.DefaultExecutablePath, null)
            : violations.ToProblem();
    }

    /// <summary>The body of a build from an image. The credentials are checked and go no further: nothing here pulls images.</summary>
    public static Result<NewBuild> Image(JsonElement body, ApiConduct conduct)
    {
        var violations = new ViolationList();
        var fields = new BodyFields(body, FieldPath.Root, violations, conduct.AcceptNulls);
        var image = Text(fields, "image_url", MaxImageLength, violations);
        if (image is null)
        {
            violations.Add(Violation.Required(FieldPath.Of("image_url")));
        }

        var name = Text(fields, "name", Build.MaxNameLength, violations);
        var executable = Text(fields, "executable_path", MaxPathLength, violations);
        if (fields.Fields("registry_credentials") is { } credentials)
        {
            foreach (var field in (string[])["username", "password"])
            {
                violations.Add(credentials.Text(field) is null
                    ? Violation.Required(FieldPath.Of("registry_credentials").Field(field))
                    : null);
            }
        }

        return violations.IsEmpty ? new NewBuild(name ?? Build.DefaultName, executable, image) : violations.ToProblem();
    }

    private static void CheckExecutable(string path, ViolationList violations)
    {
        var at = FieldPath.Of("executable_path");
        if (ArchivePath.Normalize(path, out var plain) is { } complaint)
        {
            violations.Add(Violation.OfRule(at, $"The executable must be a path inside the archive: it {complaint}"));
        }
        else if (plain.Length == 0)
        {
            violations.Add(Violation.OfRule(at, "The executable must be a file inside the archive"));
        }
    }

    private static string? Text(BodyFields fields, string name, int maximum, ViolationList violations)
    {
        var text = fields.Text(name);
        if (text is not null)
        {
            violations.Add(Violation.OutsideLength(FieldPath.Of(name), text, 1, maximum));
        }

        return text;
    }
}

/// <summary>A build as asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ExecutablePath">The file to run; null only for an image.</param>
/// <param name="ImageUrl">The image; null for an archive.</param>
internal sealed record NewBuild(string Name, string? ExecutablePath, string? ImageUrl);
