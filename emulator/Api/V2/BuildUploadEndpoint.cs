using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Api.V2;

/// <summary>
/// Takes in an archive as a form's field <c>file</c>, and processes it, in one call. The archive goes to the disk as it comes;
/// the build's record is made once it is whole, so that a name may come before or after it.
/// </summary>
internal sealed class BuildUploadEndpoint(FleetOrchestrator fleet, ArtefactStore artefacts, TimeProvider time)
{
    private const int BufferSize = 64 * 1024;
    private const int MaxBoundaryLength = 256;

    private static readonly Problem FileMissing = Problem.Invalid([Violation.Required(FieldPath.Of("file"))]);

    /// <summary>Maps it.</summary>
    public void Map(ApiRoutes routes) => routes.Post("/builds/builds/upload", ApiOperation.WriteBuilds, UploadAsync);

    private async Task UploadAsync(ApiCall call)
    {
        var http = call.Http;
        var violations = new ViolationList();
        var name = new QueryFields(http.Request.Query, violations).Text("name", 1, Build.MaxNameLength);
        if (!violations.IsEmpty || BoundaryOf(http.Request.ContentType) is not { } boundary)
        {
            await ErrorAnswer.WriteAsync(http, violations.IsEmpty ? FileMissing : violations.ToProblem());
            return;
        }

        UploadEndpoint.LiftLimits(http);
        var id = fleet.NextBuildId();
        var isTaken = false;
        try
        {
            var form = await ReceiveAsync(http, id, boundary);
            if (form.Refusal is { } refusal)
            {
                await refusal(http);
                return;
            }

            var created = await fleet.CreateBuildAsync(
                call.Project.Id, name ?? form.Name ?? Build.DefaultName, BuildType.Zip, Build.DefaultExecutablePath, newId: id);
            if (created.Problem is { } problem || (problem = (await fleet.ProcessBuildAsync(id)).Problem) is not null)
            {
                await ErrorAnswer.WriteAsync(http, problem);
                return;
            }

            isTaken = true;
            await WriteAcceptedAsync(http, created.Value, form.Bytes);
        }
        finally
        {
            if (!isTaken)
            {
                await artefacts.DeleteAsync(id, CancellationToken.None);
            }
        }
    }

    private async Task<Form> ReceiveAsync(HttpContext http, BuildId id, string boundary)
    {
        var reader = new MultipartReader(boundary, http.Request.Body, BufferSize);
        var form = new Form();
        try
        {
            while (await reader.ReadNextSectionAsync(http.RequestAborted) is { } section)
            {
                switch (FieldOf(section))
                {
                    case "file" when form.Bytes is null:
                        var outcome = await artefacts.ReceiveAsync(id, section.Body, contentLength: null, http.RequestAborted);
                        if (outcome.Status is not UploadStatus.Stored)
                        {
                            return Form.Refused(outcome.Status);
                        }

                        form.Bytes = outcome.Bytes;
                        break;
                    case "name":
                        var (text, problem) = await ReadNameAsync(section, http.RequestAborted);
                        if (problem is not null)
                        {
                            return Form.Refused(problem);
                        }

                        form.Name = text;
                        break;
                    default:
                        break;
                }
            }
        }
        catch (InvalidDataException fault)
        {
            return Form.Refused(Problem.Invalid([Violation.OfRule(FieldPath.Root, $"The body is not valid form data: {fault.Message}")]));
        }
        catch (IOException)
        {
            return Form.Refused(UploadStatus.Incomplete);
        }

        return form.Bytes is null ? Form.Refused(FileMissing) : form;
    }

    private static async Task<(string? Text, Problem? Problem)> ReadNameAsync(MultipartSection section, CancellationToken cancellationToken)
    {
        // No more than tells that it is too long.
        var bytes = new byte[(Build.MaxNameLength * 3) + 1];
        var length = await section.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        var text = System.Text.Encoding.UTF8.GetString(bytes, 0, length);
        return Violation.OutsideLength(FieldPath.Of("name"), text, 1, Build.MaxNameLength) is { } violation
            ? (null, Problem.Invalid([violation]))
            : (text, null);
    }

    private Task WriteAcceptedAsync(HttpContext http, Build build, long? bytes) =>
        JsonAnswer.WriteAsync(http, StatusCodes.Status202Accepted, (build, bytes, Now: time.GetUtcNow()), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("build_id"u8, answer.build.Id.Value);
            json.WriteString("name"u8, answer.build.Name);
            json.WriteString("status"u8, "upload_started"u8);
            json.WriteString("message"u8, "The build has arrived and is being processed"u8);
            json.WriteNumber("version"u8, answer.build.Version);
            json.WriteNumber("file_size"u8, answer.bytes ?? 0);
            WireTime.Write(json, "upload_time"u8, answer.Now);
            json.WriteEndObject();
        });

    private static string? BoundaryOf(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= MaxBoundaryLength } boundary
            ? boundary.ToString()
            : null;

    private static string? FieldOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.Name).ToString()
            : null;

    private sealed class Form
    {
        public string? Name { get; set; }

        public long? Bytes { get; set; }

        public Func<HttpContext, Task>? Refusal { get; private init; }

        public static Form Refused(Problem problem) => new() { Refusal = http => ErrorAnswer.WriteAsync(http, problem) };

        public static Form Refused(UploadStatus outcome)
        {
            var (status, error) = UploadEndpoint.AnswerTo(outcome);
            return new Form { Refusal = http => ErrorAnswer.WriteAsync(http, status, error) };
        }
    }
}
