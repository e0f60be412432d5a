using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.OpenApi.Scenarios;

namespace PlayFlow.Emulator.Tests.Fuzz;

/// <summary>Bodies: good ones changed in places, JSON of any form, text that breaks off, and bytes.</summary>
internal static class FuzzBodies
{
    private const string Form =
        "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\narena\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n\r\nPK\r\n--b--\r\n";

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-1", "60", "60.0", "6e1", "1.5", "1e999", "-0", "123456789012345678901234567890", "\"\"", "\"a\"",
        "\"us-east\"", "\"small\"", "\"udp\"", "\"tcp\"", "\"server\"", "\"free\"", "\"pf_x\"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"",
        "\"\\n\"", "\"\u00c3\u00a9\"", "[]", "{}", "[null]", "{\"\":0}", "NaN", "'a'", "",
    ];

    private static readonly string[] Names =
    [
        .. ApiDescription.Served.Document.GetProperty("components").GetProperty("schemas").EnumerateObject()
            .Where(static schema => schema.Value.TryGetProperty("properties", out _))
            .SelectMany(static schema => schema.Value.GetProperty("properties").EnumerateObject().Select(static member => member.Name)).Distinct(),
        "plan", "server_key", "client_key", "kind", "us-east", "small", "", "x", "\\u0041", "__proto__",
    ];

    private static readonly string[] Good =
    [
        .. Samples.All.Select(static sample => sample.Body).OfType<string>(),
        """{"name":"one","region":"us-east","version":"1","startup_args":null}""",
        """{"id":"fuzz","name":"Fuzz","plan":"pro","server_key":"pf_fuzz","client_key":"pfclient_fuzz"}""",
        """{"kind":"client"}""",
    ];

    /// <summary>Any of them; null is none.</summary>
    /// <param name="endpoint">The endpoint a body of whose own is the most likely; null for none.</param>
    public static Gen<string?> Any(string? endpoint) => Gen.Frequency<string?>(
        (2, Gen.Constant<string?>(null)),
        (6, Changed(Samples.All.FirstOrDefault(sample => sample.Operation == endpoint)?.Body is { } own ? [own] : Good).Select(static body => (string?)body)),
        (2, Changed(Good).Select(static body => (string?)body)),
        (3, Gen.Sized(Value).Select(static body => (string?)body)),
        (2, Truncated.Select(static body => (string?)body)),
        (1, Truncate(Form).Select(static body => (string?)body)),
        (1, Gen.Constant<string?>(Form)),
        (1, ArbMap.Default.GeneratorFor<byte[]>().Select(static bytes => (string?)Encoding.Latin1.GetString(bytes))));

    private static Gen<string> Changed(string[] bodies) =>
        from good in Gen.Elements(bodies)
        from count in Gen.Choose(0, 3)
        from changes in Gen.Zip(Gen.Choose(0, 1000), Gen.Elements(Scalars)).ListOf(count)
        select changes.Aggregate(good, static (body, change) => Change(body, change.Item1, change.Item2));

    private static Gen<string> Truncated => Gen.Elements(Good).SelectMany(Truncate);

    /// <summary>JSON without one of its members or items; other text by halves.</summary>
    public static IEnumerable<string> Shrink(string body)
    {
        if (Parse(body) is not { } root)
        {
            return body.Length < 2 ? [] : [body[..(body.Length / 2)], body[(body.Length / 2)..]];
        }

        return Enumerable.Range(0, Places(root).Count).Select(place =>
        {
            var copy = root.DeepClone();
            Remove(Places(copy)[place]);
            return copy.ToJsonString();
        });
    }

    private static Gen<string> Truncate(string whole) => Gen.Choose(0, whole.Length).Select(length => whole[..length]);

    // The text takes the place of a value as it is, valid or not; an empty one takes the member away.
    private static string Change(string body, int where, string text)
    {
        if (Parse(body) is not { } root || Places(root) is not { Count: > 0 } places)
        {
            return body;
        }

        var place = places[where % places.Count];
        if (text.Length == 0)
        {
            Remove(place);
            return root.ToJsonString();
        }

        const string Mark = "\"taken\"";
        if (place.Parent is JsonObject parent)
        {
            parent[place.Name!] = "taken";
        }
        else
        {
            place.Parent.AsArray()[place.Index] = "taken";
        }

        return root.ToJsonString().Replace(Mark, text, StringComparison.Ordinal);
    }

    private static void Remove((JsonNode Parent, string? Name, int Index) place)
    {
        if (place.Parent is JsonObject parent)
        {
            parent.Remove(place.Name!);
        }
        else
        {
            place.Parent.AsArray().RemoveAt(place.Index);
        }
    }

    private static List<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node) => node switch
    {
        JsonObject members => [.. members.SelectMany(member => Below((members, member.Key, 0), member.Value))],
        JsonArray items => [.. items.SelectMany((item, index) => Below((items, null, index), item))],
        _ => [],
    };

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Below((JsonNode, string?, int) place, JsonNode? value) =>
        value is null ? [place] : [place, .. Places(value)];

    private static JsonNode? Parse(string body)
    {
        try
        {
            var node = JsonNode.Parse(body);
            _ = node?.ToJsonString();
            return node;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Gen<string> Value(int size) => size <= 1
        ? Gen.Elements(Scalars)
        : Gen.Frequency(
            (4, Gen.Elements(Scalars)),
            (3, Members(size / 2)),
            (2, Value(size / 2).ListOf(2).Select(static items => $"[{string.Join(",", items)}]")));

    private static Gen<string> Members(int size) =>
        from count in Gen.Choose(0, 6)
        from members in Gen.Zip(Gen.Elements(Names), Value(size)).ListOf(count)
        select "{" + string.Join(",", members.Select(static member => $"\"{member.Item1}\":{member.Item2}")) + "}";
}
