using System.Net;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>
/// Keeps the well-known keys from strange web pages: the API answers every origin, since games run in browsers, and these keys
/// stand in the README, so that any page a developer happens to open could otherwise upload and start programs on this machine.
/// </summary>
internal static class WebPage
{
    /// <summary>Whether a page of another machine is calling with a key that everybody knows.</summary>
    public static bool UsesWellKnownKey(HttpRequest request, string key)
    {
        var origins = request.Headers.Origin;
        return origins.Count > 0
            && key is (EmulatorOptions.DefaultServerKey or EmulatorOptions.DefaultClientKey)
            && !(origins.Count == 1 && IsOfThisMachine(origins[0]));
    }

    private static bool IsOfThisMachine(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page)
        && (page.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(page.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}
