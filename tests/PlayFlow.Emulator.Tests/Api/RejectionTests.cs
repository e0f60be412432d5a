using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Hosting.Rejections;

namespace PlayFlow.Emulator.Tests.Api;

/// <summary>Requests no client library would send: whoever refuses them, it is in the envelope.</summary>
internal sealed class RejectionTests
{
    private static IEnumerable<TestCaseData> Requests()
    {
        yield return Case("no host", "GET /api/health HTTP/1.1\r\n\r\n", 400);
        yield return Case("bad host", "GET /api/health HTTP/1.1\r\nHost: a b\r\n\r\n", 400);
        yield return Case("two hosts", "GET /api/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
        yield return Case("null in the path", "GET /api/v3/servers/%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        yield return Case("bad length", "POST /api/v3/servers/start HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400);
        yield return Case("bad header", "GET /api/health HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400);
        yield return Case("not HTTP", "\u0016\u0003\u0001 hello\r\n\r\n", 400);
        yield return Case("unknown version", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505);
        yield return Case("endless line", "GET /" + new string('x', 64 * 1024), 414);
        yield return Case("endless headers", "GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 128 * 1024), 431);
        yield return Case("after a good one", "HEAD /api/health HTTP/1.1\r\nHost: a\r\n\r\nGET /api/health HTTP/1.1\r\n\r\n", 400);
        yield return Case("long path", $"GET /{new string('x', 20_000)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404);
        yield return Case("key of other letters", "GET /api/v3/servers HTTP/1.1\r\nHost: a\r\nConnection: close\r\napi-key: pf_\u00e9\r\n\r\n", 401);
        yield return Case("key in UTF-8", "GET /api/v3/servers HTTP/1.1\r\nHost: a\r\nConnection: close\r\napi-key: pf_\u00c3\u00a9\r\n\r\n", 401);
        yield return Case("key of bytes that are no text", "GET /api/v3/servers HTTP/1.1\r\nHost: a\r\nConnection: close\r\napi-key: pf_\u00ff\r\n\r\n", 401);
        yield return Case("host of a proxy", "GET http://b/none HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404);
    }

    [TestCaseSource(nameof(Requests))]
    public async Task Request_ThatIsRefused_IsAnsweredInTheEnvelope(string request, int status)
    {
        var parts = new EmulatorParts { LoggerFactory = NullLoggerFactory.Instance };
        var options = new EmulatorOptions { Port = 0, Provider = ComputeKind.Fake, InMemory = true };
        await using var host = await EmulatorHost.StartAsync(options, parts);
        var url = new Uri(host.Url);
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        var answer = await reader.ReadToEndAsync();

        var last = answer[answer.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal)..];
        var (head, body) = (last[..last.IndexOf("\r\n\r\n", StringComparison.Ordinal)], last[(last.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        using var json = JsonDocument.Parse(body);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(head, Does.StartWith($"HTTP/1.1 {status} "));
            Assert.That(head, Does.Contain("Content-Type: application/json").And.Contain($"Content-Length: {body.Length}"));
            Assert.That(json.RootElement.GetProperty("status").GetInt32(), Is.EqualTo(status));
            Assert.That(json.RootElement.GetProperty("error").GetString(), Is.Not.Empty);
            Assert.That(json.RootElement.GetProperty("detail").GetString(), Is.Not.Empty);
        }
    }

    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [TestCase("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\n")]
    [TestCase("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")]
    [TestCase("HTTP/1.1 4")]
    [TestCase("")]
    public void Rewrite_OfAnythingElse_LeavesIt(string head) =>
        Assert.That(Rejection.Rewrite(Encoding.ASCII.GetBytes(head)), Is.Null);

    private static TestCaseData Case(string name, string request, int status) =>
        new TestCaseData(request, status).SetArgDisplayNames(name);
}
