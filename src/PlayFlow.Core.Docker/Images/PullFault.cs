using PlayFlow.Core.Docker.Engine;

namespace PlayFlow.Core.Docker.Images;

/// <summary>Tells from an engine's words why an image could not be pulled.</summary>
internal static class PullFault
{
    private static readonly string[] Refused =
        ["unauthorized", "no basic auth credentials", "authentication required", "denied", "403 Forbidden", "invalid username/password"];

    private static readonly string[] Unknown = ["manifest unknown", "not found", "name unknown"];

    private static readonly string[] OtherMachine = ["no matching manifest", "no match for platform", "cannot be used on this platform"];

    private static readonly string[] Passing =
    [
        "connection refused", "connection reset", "i/o timeout", "TLS handshake timeout", "EOF", "no route to host", "unreachable",
        "deadline exceeded", "Client.Timeout", "temporary failure", "received unexpected HTTP status: 5", "toomanyrequests",
    ];

    /// <summary>Whether the registry, or the line to it, may do better the next time.</summary>
    public static bool IsPassing(EngineException e) => !e.IsUnreachable && !e.IsDiskFull && Says(e, Passing);

    /// <summary>One sentence for the build's log.</summary>
    /// <param name="e">What the engine said. Where a registry's own words get into it, nobody knows what they repeat.</param>
    /// <param name="image">The image.</param>
    /// <param name="hadCredentials">Whether credentials were given.</param>
    public static string Of(EngineException e, ImageReference image, bool hadCredentials)
    {
        var words = e.Message.ReplaceLineEndings(" ");
        return e.IsUnreachable ? $"{words}: process the build again when it does"
            : e.IsDiskFull ? "there is no room left on the Docker engine's disk; make some and process the build again"
            : Says(e, "server gave HTTP response to HTTPS client")
                ? $"the registry of '{image}' does without TLS, which the Docker engine does not: list it under \"insecure-registries\" in the engine's daemon.json"
            : Says(e, Refused) ? hadCredentials
                ? $"the registry refuses to give '{image}' to the registry_credentials sent: {words}"
                : $"the registry gives '{image}' to those with credentials only, if at all: send the build anew with registry_credentials, "
                    + $"which are forgotten once a pull has ended or the emulator has: {words}"
            : Says(e, OtherMachine) ? $"there is no '{image}' for the machine that the Docker engine runs: {words}"
            : e.IsNotFound || Says(e, Unknown) ? $"the registry has no image '{image}': {words}"
            : Says(e, [.. Passing, "no such host", "server misbehaving"]) ? $"the registry of '{image}' cannot be reached: {words}"
            : $"the image '{image}' cannot be pulled: {words}";
    }

    private static bool Says(EngineException e, params string[] words) => words.Any(e.Says);
}
