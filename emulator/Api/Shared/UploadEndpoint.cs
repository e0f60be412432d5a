using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// Takes in the archive that is PUT to an upload URL. The token in the URL is the only credential; it is good for one upload,
/// of any content type, at any pace.
/// </summary>
internal sealed class UploadEndpoint(FleetOrchestrator fleet, ArtefactStore artefacts, UploadTickets tickets)
{
    private const string Path = "/upload";

    private readonly ConcurrentDictionary<BuildId, bool> _arriving = new();

    /// <summary>Answers with the URL to upload a build to, on the address the caller reached us by.</summary>
    public static Task WriteUrlAsync(HttpContext http, int status, Build build, UploadTicket ticket)
    {
        var url = $"{http.Request.Scheme}://{http.Request.Host}{Path}/{build.Id.Value}?token={ticket.Token}";
        return JsonAnswer.WriteAsync(http, status, (build, url), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteString("build_id"u8, answer.build.Id.Value);
            json.WriteString("name"u8, answer.build.Name);
            json.WriteString("upload_url"u8, answer.url);
            json.WriteString("message"u8, "PUT the ZIP to upload_url within 5 minutes; it is processed as soon as it has arrived"u8);
            json.WriteEndObject();
        });
    }

    /// <summary>What an archive that was not stored is answered with.</summary>
    public static (int Status, string Error) AnswerTo(UploadStatus status) => status switch
    {
        UploadStatus.Busy => (StatusCodes.Status403Forbidden, "The upload URL is in use"),
        UploadStatus.Withdrawn => (StatusCodes.Status403Forbidden, "The build was deleted while it was uploaded"),
        UploadStatus.TooLarge => (StatusCodes.Status413PayloadTooLarge, "The archive is larger than uploads may be"),
        UploadStatus.Incomplete => (StatusCodes.Status400BadRequest, "The upload ended before it was whole: send it again"),
        UploadStatus.DiskFull => (StatusCodes.Status500InternalServerError, "The emulator's disk has no room for the upload"),
        _ => (StatusCodes.Status500InternalServerError, "The upload could not be stored"),
    };

    /// <summary>Lets an archive be as large and as slow as it is; the store has a limit of its own.</summary>
    public static void LiftLimits(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    /// <summary>Maps it.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path + "/{build_id}", [HttpMethods.Put], PutAsync);

    private async Task PutAsync(HttpContext http)
    {
        var id = new BuildId((string)http.Request.RouteValues["build_id"]!);
        var refusal = tickets.Check(id, http.Request.Query["token"].ToString()) switch
        {
            TicketCheck.Valid => null,
            TicketCheck.Expired => "The upload URL has expired: ask for a new one",
            _ => "The upload URL is not valid",
        };
        if (refusal is not null)
        {
            await RefuseAsync(http, refusal);
            return;
        }

        // Whoever comes second to a URL must not get between the first one's bytes and their being processed.
        if (!_arriving.TryAdd(id, true))
        {
            await RefuseAsync(http, "The upload URL is in use");
            return;
        }

        try
        {
            await ReceiveAsync(http, id);
        }
        finally
        {
            _arriving.TryRemove(id, out _);
        }
    }

    private async Task ReceiveAsync(HttpContext http, BuildId id)
    {
        if (fleet.FindBuild(id) is not { State: BuildState.Uploading })
        {
            await RefuseAsync(http, "The upload URL was used already, or its build was deleted");
            return;
        }

        LiftLimits(http);
        var outcome = await artefacts.ReceiveAsync(id, http.Request.Body, http.Request.ContentLength, http.RequestAborted);
        if (outcome.Status is not UploadStatus.Stored)
        {
            await RefuseAsync(http, outcome.Status);
        }
        else if ((await fleet.ProcessBuildAsync(id)).Problem is not { } problem)
        {
            http.Response.ContentLength = 0;
        }
        else if (problem.Code is ProblemCode.NotFound)
        {
            // Deleted after its last byte had come: nobody else will remove the archive.
            await artefacts.DeleteAsync(id, CancellationToken.None);
            await RefuseAsync(http, UploadStatus.Withdrawn);
        }
        else
        {
            await ErrorAnswer.WriteAsync(http, problem);
        }
    }

    private static Task RefuseAsync(HttpContext http, UploadStatus outcome)
    {
        var (status, error) = AnswerTo(outcome);
        return ErrorAnswer.WriteAsync(http, status, error);
    }

    private static Task RefuseAsync(HttpContext http, string error) =>
        ErrorAnswer.WriteAsync(http, StatusCodes.Status403Forbidden, error);
}
