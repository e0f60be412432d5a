using System.Net;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;

namespace PlayFlow.Emulator.Control;

/// <summary>
/// Lets in who runs the emulator: from this machine, with the server key the emulator was started with, and not by way of a web
/// page of another origin, whose requests come from this machine too.
/// </summary>
/// <param name="fleet">The fleet.</param>
/// <param name="owner">The project whose server key it is.</param>
internal sealed class ControlGate(FleetOrchestrator fleet, ProjectId owner)
{
    private const string KeyHeader = "api-key";

    /// <summary>The handler behind the gate.</summary>
    public RequestDelegate Guard(RequestDelegate handler) =>
        http => Refuse(http) is { } problem ? ErrorAnswer.WriteAsync(http, problem) : handler(http);

    private Problem? Refuse(HttpContext http)
    {
        if (!IsLocal(http.Connection.RemoteIpAddress))
        {
            return new Problem(ProblemCode.Forbidden, "The control API answers this machine only");
        }

        if (!IsOurOwn(http.Request))
        {
            return new Problem(ProblemCode.Forbidden, "The control API does not answer web pages of other origins");
        }

        var keys = http.Request.Headers[KeyHeader];
        if (keys.Count == 0 || string.IsNullOrEmpty(keys[0]))
        {
            return new Problem(ProblemCode.Unauthorized, "Missing API key");
        }

        return keys.Count > 1 || fleet.Authenticate(keys[0]!) is not var (project, kind)
            ? new Problem(ProblemCode.Unauthorized, "Invalid API key")
            : project.Id == owner && kind is KeyKind.Server
                ? null
                : new Problem(ProblemCode.Forbidden, "The control API needs the server API key the emulator was started with");
    }

    // What has no address did not come over a network.
    private static bool IsLocal(IPAddress? remote) =>
        remote is null || IPAddress.IsLoopback(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote);

    // A name in the Host header other than this machine's was made to resolve to it.
    private static bool IsOurOwn(HttpRequest request)
    {
        var host = request.Host.Host;
        var isName = !host.Equals("localhost", StringComparison.OrdinalIgnoreCase) && !IPAddress.TryParse(host, out _);
        var origin = request.Headers.Origin;
        return !isName && (origin.Count == 0 || origin == $"{request.Scheme}://{request.Host}");
    }
}
