using System.Text.Json;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Problems;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Uploads.Tree;

namespace PlayFlow.Emulator.Api.V3;

/// <summary>What callers say of a new build, checked.</summary>
internal static class BuildFields
{
    private const int MaxImageLength = 2048;
    private const int MaxPathLength = 1024;
    private const int MaxCredentialLength = 16_384;

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

    /// <summary>The body of a build from an image.</summary>
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
        var credentials = fields.Fields("registry_credentials") is { } given ? Credentials(given, violations) : null;
        return violations.IsEmpty ? new NewBuild(name ?? Build.DefaultName, executable, image, credentials) : violations.ToProblem();
    }

    private static RegistryCredentials? Credentials(BodyFields fields, ViolationList violations)
    {
        var (username, password) = (Needed(fields, "username", violations), Needed(fields, "password", violations));
        return username is null || password is null ? null : new RegistryCredentials(username, password);
    }

    // What is wrong with one of them is told without its value.
    private static string? Needed(BodyFields fields, string name, ViolationList violations)
    {
        var text = fields.Text(name);
        var at = FieldPath.Of("registry_credentials").Field(name);
        violations.Add(text is null ? Violation.Required(at) : Violation.OutsideLength(at, text, 0, MaxCredentialLength));
        return text;
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
/// <param name="Credentials">What the image's registry wants, or null.</param>
internal sealed record NewBuild(string Name, string? ExecutablePath, string? ImageUrl, RegistryCredentials? Credentials = null);
