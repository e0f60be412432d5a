using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Control;

/// <summary>
/// Sends a server's log as it grows, as Server-Sent Events. Each event's id is its line's place in the log: whoever comes back
/// with it in <c>Last-Event-ID</c> goes on with the next line. Lines are read from the store no faster than they are taken.
/// </summary>
internal sealed class LogStream(FleetOrchestrator fleet, TimeProvider time, CancellationToken ending)
{
    private const string ResumeHeader = "Last-Event-ID";
    private const int LinesAtOnce = 500;

    // A connection that broke shows when something is sent; proxies close those on which nothing is.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Streams until the reader leaves or the emulator ends, also when the server has stopped.</summary>
    public async Task SendAsync(HttpContext http)
    {
        var id = new InstanceId((string)http.Request.RouteValues["instance_id"]!);
        if (!ReadStart(http.Request).TryGetValue(out var start, out var problem))
        {
            await ErrorAnswer.WriteAsync(http, problem);
            return;
        }

        if (await fleet.FindServerAsync(id, http.RequestAborted) is not { } server)
        {
            await ErrorAnswer.WriteAsync(http, Problem.ServerNotFound);
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, ending);
        using var tail = await fleet.FollowServerLogAsync(server, start, over.Token);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await SendAsync(http.Response, server, tail, over.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    private static async Task SendAsync(HttpResponse response, GameServer server, LogTail tail, CancellationToken cancellationToken)
    {
        await response.StartAsync(cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
        while (true)
        {
            var lines = await tail.ReadAsync(Heartbeat, cancellationToken);
            if (lines.Count == 0)
            {
                response.BodyWriter.Write(": still here\n\n"u8);
            }

            foreach (var line in lines)
            {
                Write(response.BodyWriter, server, line);
            }

            var flushed = await response.BodyWriter.FlushAsync(cancellationToken);
            if (flushed.IsCompleted)
            {
                return;
            }
        }
    }

    private static void Write(IBufferWriter<byte> output, GameServer server, LogRecord line)
    {
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {line.Sequence}\ndata: "), output);
        output.Write(JsonAnswer.ToBytes((server, line), static (json, entry) =>
        {
            LogJson.Begin(json, entry.line);
            json.WriteString("instance"u8, entry.server.Id.Value);
            json.WriteString("region"u8, entry.server.Spec.Region);
            json.WriteEndObject();
        }));
        output.Write("\n\n"u8);
    }

    private Result<LogQuery> ReadStart(HttpRequest request)
    {
        var violations = new ViolationList();
        var cursor = LogCursor.Read(
            FieldPath.Of("start_time"), new QueryFields(request.Query, violations).Find("start_time"), time.GetUtcNow(), violations);
        var query = new LogQuery { AfterSequence = cursor.AfterSequence, After = cursor.After, Limit = LinesAtOnce };
        if (request.Headers[ResumeHeader].ToString() is { Length: > 0 } resumed)
        {
            // It knows better where it was than the address it first asked for.
            var isNumber = long.TryParse(resumed, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence);
            violations.Add(isNumber ? null : Violation.BadFormat(FieldPath.Of(ResumeHeader), "Invalid"));
            query = query with { AfterSequence = sequence, After = null };
        }

        return violations.IsEmpty ? query : violations.ToProblem();
    }
}
