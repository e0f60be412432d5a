using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Pages;

internal sealed class LandingPageTests
{
    [Test]
    public async Task Page_TellsWhereToGoOnAndNoKey()
    {
        await using var scene = await EmulatorScene.StartAsync();
        var page = await scene.GetAsync("/", key: null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(page.Status, Is.EqualTo(200));
            Assert.That(page.ContentType, Is.EqualTo("text/html; charset=utf-8"));
            Assert.That(page.Body, Does.Contain("http://localhost/api/v3"));
            foreach (var link in (string[])["/api/reference", "/api/doc", "/api/health"])
            {
                Assert.That(page.Body, Does.Contain($"href=\"{link}\""));
            }

            Assert.That(page.Body, Does.Not.Contain("pf_").And.Not.Contain("pfclient_").And.Not.Contain("src="));
        }
    }

    [Test]
    public async Task Page_NeverRepeatsAHostAsMarkup()
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Host", "<script>");
        Assert.That((await scene.SendAsync(request, key: null)).Body, Does.Not.Contain("<script>"));
    }
}
