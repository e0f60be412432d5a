using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Playwright;
using NUnit.Framework;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Pages;

/// <summary>The reference: a page and a script of ours, that ask nobody else for anything.</summary>
internal sealed class ApiReferenceTests
{
    private const string Chromium = "/usr/bin/chromium";

    // Milliseconds.
    private const int Patience = 180_000;

    private static readonly string[] ChromiumArguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    [TestCase("/api/reference")]
    [TestCase("/api/reference/")]
    [TestCase("/api/api/reference")]
    public async Task Page_NeedsNoKey_AndNamesNoOtherAddress(string path)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var page = await scene.GetAsync(path, key: null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Status, Is.EqualTo(200));
            Assert.That(page.ContentType, Is.EqualTo("text/html; charset=utf-8"));
            Assert.That(page.Body, Does.Contain("src=\"/api/reference/scalar.js\"").And.Not.Contain("//"));
            Assert.That(page.Header("Content-Security-Policy"), Does.StartWith("default-src 'none'; script-src 'self';").And.Not.Contain("http"));
        }
    }

    [TestCase("gzip")]
    [TestCase(null)]
    public async Task Script_IsTheViewer_CompressedForThoseWhoReadIt(string? encoding)
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/reference/scalar.js");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        using var response = await scene.Client.SendAsync(request);
        var body = await response.Content.ReadAsStreamAsync();
        using var script = new StreamReader(encoding is null ? body : new GZipStream(body, CompressionMode.Decompress));
        var text = await script.ReadToEndAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/javascript; charset=utf-8"));
            Assert.That(response.Content.Headers.ContentEncoding, Is.EqualTo(encoding is null ? Array.Empty<string>() : ["gzip"]));
            Assert.That(text, Does.Contain("createApiReference").And.Contain("withDefaultFonts"));
        }
    }

    [Test]
    public async Task Page_InABrowserWithoutANetwork_ShowsEveryOperationAndCallsTheApi()
    {
        if (!File.Exists(Chromium))
        {
            Assert.Ignore($"There is no {Chromium}: install the Debian package chromium.");
        }

        await using var host = await EmulatorHost.StartAsync(
            new EmulatorOptions { Port = 0, Provider = ComputeKind.Fake, InMemory = true }, new EmulatorParts { LoggerFactory = NullLoggerFactory.Instance });
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Headless = true, Args = ChromiumArguments, Timeout = Patience });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1400, Height = 3000 } });
        page.SetDefaultTimeout(Patience);
        var strangers = new List<string>();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.AddRange(message.Type is "error" ? [message.Text] : []);
        page.PageError += (_, error) => complaints.Add(error);
        await page.RouteAsync("**/*", route =>
        {
            if (route.Request.Url.StartsWith(host.Url, StringComparison.Ordinal) || !route.Request.Url.StartsWith("http", StringComparison.Ordinal))
            {
                return route.ContinueAsync();
            }

            strangers.Add(route.Request.Url);
            return route.AbortAsync();
        });
        await page.GotoAsync(host.Url + "/api/reference");
        foreach (var operation in ApiDescription.Served.Operations)
        {
            var summary = operation.Json.GetProperty("summary").GetString()!;
            await page.GetByText(summary).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }

        // What a trial on the page does, under the page's policy.
        var answer = await page.EvaluateAsync<string>(
            "fetch('/api/v3/servers', { headers: { 'api-key': 'pf_local' } }).then(answer => answer.text())");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer, Does.StartWith("{\"total\":0,"));
            Assert.That(strangers, Is.Empty, "It asked others.");
            Assert.That(complaints, Is.Empty, "It was kept from something.");
        }
    }
}
