using NUnit.Framework;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api;

internal sealed class RateLimitTests
{
    [TestCase("GET", "/api/v3/servers", 100)]
    [TestCase("GET", "/api/v3/builds/unknown", 100)]
    [TestCase("POST", "/api/v3/servers/start", 10)]
    [TestCase("DELETE", "/api/v3/servers/unknown", 10)]
    public async Task Bucket_WhenEmpty_RefusesUntilItRefills(string method, string path, int limit)
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions());
        for (var left = limit - 1; left >= 0; left--)
        {
            var passed = await scene.SendAsync(new HttpMethod(method), path, null);
            Assert.That(passed.Status, Is.Not.EqualTo(429));
            Assert.That(passed.Header("X-RateLimit-Remaining"), Is.EqualTo($"{left}"));
        }

        var refused = await scene.SendAsync(new HttpMethod(method), path, null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.ToString(), Is.EqualTo(
                """429 {"error":"Rate limit exceeded","detail":"Too many requests: wait a second and try again","status":429}"""));
            Assert.That(refused.Header("X-RateLimit-Limit"), Is.EqualTo($"{limit}"));
            Assert.That(refused.Header("X-RateLimit-Remaining"), Is.EqualTo("0"));
            Assert.That(refused.Header("Retry-After"), Is.EqualTo("1"));
        }

        scene.Time.Advance(TimeSpan.FromSeconds(1.0 / limit));
        Assert.That((await scene.SendAsync(new HttpMethod(method), path, null)).Status, Is.Not.EqualTo(429));
    }

    [Test]
    public async Task Buckets_AreSeparateForKeysAndForReadsAndWrites()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions());
        for (var i = 0; i < 11; i++)
        {
            await scene.PostAsync("/api/v3/servers/start", "{}");
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.PostAsync("/api/v3/servers/start", "{}")).Status, Is.EqualTo(429));
            Assert.That((await scene.PostAsync("/api/v3/servers/start", "{}", EmulatorScene.ClientKey)).Status, Is.EqualTo(422));
            Assert.That((await scene.GetAsync("/api/v3/servers")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Limit_ComesBeforeTheKeysRights()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions());
        for (var i = 0; i < 10; i++)
        {
            Assert.That((await scene.DeleteAsync("/api/v3/servers/x", EmulatorScene.ClientKey)).Status, Is.EqualTo(403));
        }

        Assert.That((await scene.DeleteAsync("/api/v3/servers/x", EmulatorScene.ClientKey)).Status, Is.EqualTo(429));
    }

    [Test]
    public async Task Limit_SwitchedOff_LetsAllPassAndReportsFullBuckets()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions { RateLimit = false });
        for (var i = 0; i < 30; i++)
        {
            var answer = await scene.PostAsync("/api/v3/servers/start", "{}");
            Assert.That((answer.Status, answer.Header("X-RateLimit-Remaining")), Is.EqualTo((422, "10")));
        }
    }

    [Test]
    public async Task Health_IsNotLimited()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions());
        for (var i = 0; i < 120; i++)
        {
            Assert.That((await scene.GetAsync("/api/health", key: null)).Status, Is.EqualTo(200));
        }
    }
}
