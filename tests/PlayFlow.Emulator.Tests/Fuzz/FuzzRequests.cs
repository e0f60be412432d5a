using System.Collections.Immutable;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using PlayFlow.Emulator.Tests.OpenApi.Check;

namespace PlayFlow.Emulator.Tests.Fuzz;

/// <summary>Requests to any endpoint there is, and to some there are not.</summary>
/// <param name="endpoints">A method and a path each.</param>
internal sealed partial class FuzzRequests(IReadOnlyList<(string Method, string Path)> endpoints)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"];

    // No NUL: the web server refuses those before anything here sees them.
    private static readonly string[] Segments =
        ["api", "v2", "v3", "servers", "builds", "start", "upload", "projects", "__emulator", "logs", "%ff", "%2e%2e", "a%2fb", "%F0%9F%98%80", "x", "$server"];

    private static readonly string[] Ids =
        ["$server", "$server", "$server", "$stopped", "$build", "$build", "$project", "unknown", "start", "%ff", "a%2fb", "%F0%9F%98%80", "a%20b", new('x', 3000)];

    private static readonly string[] Parameters =
    [
        .. ApiDescription.Served.Operations.SelectMany(static operation => operation.Queries.Select(static query => query.GetProperty("name").GetString()!)).Distinct(),
        "unknown",
    ];

    private static readonly string[] Values =
    [
        "", "0", "1", "-1", "50", "1e2", "true", "TRUE", "-1h", "-999999999999999999d", "2026-03-15T10:30:00Z", "0001-01-01T00:00:00%2B23:59", "5m", "15s",
        "%00", "%ff", "%", "..", "/", "a%2fb", "%F0%9F%98%80", "NaN", "Infinity", "0x10", "99999999999999999999", new('x', 5000),
        "2026-03-15T10:30:00.12300000000000000000000001Z",
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("api-key", "pfclient_local"), ("api-key", "pf_wrong"), ("api-key", ""), ("api-key", "\u00e9"),
        ("Origin", "https://game.example"), ("Origin", "null"), ("Host", "evil.example"), ("Host", "[::1]:1"),
        ("X-Server-Status", "running"), ("X-Server-Status", "stopped"), ("X-Server-Status", ""), ("Last-Event-ID", "1"), ("Last-Event-ID", "-1"),
        ("Content-Type", "application/json"), ("Content-Type", "multipart/form-data; boundary=b"), ("Content-Type", "multipart/form-data"),
        ("Content-Type", ";;"), ("Accept-Encoding", "gzip"), ("Content-Encoding", "gzip"), ("Expect", "100-continue"), ("X-Odd", new string('x', 5000)),
    ];

    public Arbitrary<FuzzRequest> Any => Arb.From(Requests, static request => request.Shrink());

    private Gen<FuzzRequest> Requests =>
        from target in Gen.Frequency((9, ToEndpoints), (1, Anywhere))
        from form in Gen.Frequency((6, Gen.Constant("{0}")), (1, Gen.Constant("{0}/")), (1, Gen.Constant("/api{0}")))
        from query in Some(Gen.Zip(Gen.Elements(Parameters), Gen.Elements(Values)).Select(static pair => (pair.Item1, pair.Item2)), 4)
        from headers in Some(Gen.Elements(Headers), 2)
        from body in FuzzBodies.Any(target.Endpoint)
        select target with
        {
            Path = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, target.Path),
            Query = query,
            Headers = [.. headers.DistinctBy(static header => header.Name)],
            Body = target.Method is "GET" or "HEAD" or "TRACE" ? null : body,
        };

    private Gen<FuzzRequest> ToEndpoints =>
        from endpoint in Gen.Elements(endpoints.AsEnumerable())
        from method in Gen.Frequency((15, Gen.Constant(endpoint.Method)), (1, Gen.Elements(Methods)))
        from ids in Gen.Elements(Ids).ListOf(2)
        select new FuzzRequest(method, Parameter.Replace(endpoint.Path, match => ids[match.Index % 2]))
        {
            Endpoint = method == endpoint.Method ? $"{endpoint.Method} {endpoint.Path}" : null,
        };

    private static Gen<FuzzRequest> Anywhere =>
        from method in Gen.Elements(Methods)
        from count in Gen.Choose(0, 6)
        from segments in Gen.Elements(Segments).ListOf(count)
        select new FuzzRequest(method, "/" + string.Join('/', segments));

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter { get; }

    private static Gen<ImmutableArray<T>> Some<T>(Gen<T> one, int maximum) =>
        from count in Gen.Choose(0, maximum)
        from all in one.ListOf(count)
        select all.ToImmutableArray();
}
