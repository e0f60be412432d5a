using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>What stands before every operation: the key is found, a token is taken, and the key's rights are checked, in that order.</summary>
internal sealed class ApiGate(FleetOrchestrator fleet, RateLimits limits, ApiConduct conduct)
{
    private const string KeyHeader = "api-key";

    private static readonly Problem MissingKey = new(ProblemCode.Unauthorized, "Missing API key");
    private static readonly Problem UnknownKey = new(ProblemCode.Unauthorized, "Invalid API key");
    private static readonly Problem OwnKeysNeeded = new(
        ProblemCode.Forbidden, "Web pages of other machines need keys of your own: start the emulator with --server-key and --client-key");

    private static readonly Problem ServerKeyNeeded = new(ProblemCode.Forbidden, "This operation needs the server API key");

    /// <summary>The handler behind the gate.</summary>
    public RequestDelegate Guard(ApiOperation operation, ApiHandler handler)
    {
        var isWrite = KeyRights.IsWrite(operation);
        return http =>
        {
            var keys = http.Request.Headers[KeyHeader];
            if (keys.Count == 0 || string.IsNullOrEmpty(keys[0]))
            {
                return ErrorAnswer.WriteAsync(http, MissingKey);
            }

            var key = keys[0]!;
            if (keys.Count > 1 || fleet.Authenticate(key) is not var (project, kind))
            {
                return ErrorAnswer.WriteAsync(http, UnknownKey);
            }

            if (WebPage.UsesWellKnownKey(http.Request, key))
            {
                return ErrorAnswer.WriteAsync(http, OwnKeysNeeded);
            }

            if (!limits.TryPass(http.Response.Headers, key, isWrite))
            {
                return ErrorAnswer.WriteAsync(
                    http, StatusCodes.Status429TooManyRequests, "Rate limit exceeded", "Too many requests: wait a second and try again");
            }

            return KeyRights.Allows(kind, operation, fleet.Rules.ClientKeyMayStart)
                ? handler(new ApiCall(http, project, conduct))
                : ErrorAnswer.WriteAsync(http, ServerKeyNeeded);
        };
    }
}
