using NUnit.Framework;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api;

/// <summary>What the service leaves open, switched the other way.</summary>
internal sealed class ConductTests
{
    private static EmulatorOptions Unlimited => new() { RateLimit = false };

    private static EmulatorOptions Lenient => Unlimited with { Conduct = new ApiConduct { AcceptNulls = true } };

    [TestCase(403)]
    [TestCase(402)]
    [TestCase(409)]
    public async Task PlanLimit_IsRefusedWithTheChosenStatus(int status)
    {
        await using var scene = await EmulatorScene.StartAsync(
            Unlimited with { Plan = Plan.Free, Conduct = new ApiConduct { PlanLimitStatus = status } });
        await scene.UploadAsync();
        await scene.StartServerAsync();
        var second = await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Status, Is.EqualTo(status));
            Assert.That(second.Json.GetProperty("status").GetInt32(), Is.EqualTo(status));
            Assert.That(second.Text("error"), Does.Contain("active server").And.Contain("limit"));
        }
    }

    [Test]
    public async Task Null_WhenAccepted_IsLeftOut_AlsoWithinPorts()
    {
        await using var scene = await EmulatorScene.StartAsync(Lenient);
        await scene.UploadAsync();
        var started = await scene.PostAsync(
            "/api/v3/servers/start",
            """
            {"name":"one","region":"us-east","ttl":null,"custom_data":null,"compute_size":null,"environment_variables":null,
            "port_configs":[{"name":"game","internal_port":7777,"protocol":"udp","tls_enabled":null}]}
            """);
        Assert.That(started.Status, Is.EqualTo(201), started.Body);
        var updated = await scene.PostAsync($"/api/v3/servers/{started.Text("instance_id")}/update", """{"custom_data":null}""");
        var settings = await scene.PostAsync("/api/v3/projects/settings", """{"environment_variables":null,"auth_config":null}""");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(updated.Status, Is.EqualTo(200), updated.Body);
            Assert.That(settings.Status, Is.EqualTo(200), settings.Body);
        }
    }

    [TestCase(true, 201)]
    [TestCase(false, 422)]
    public async Task Null_WhereVersion2HasNone_IsLeftOutWhenAccepted(bool accepted, int status)
    {
        await using var scene = await EmulatorScene.StartAsync(accepted ? Lenient : null);
        await scene.UploadAsync();
        var started = await scene.PostAsync("/v2/servers/start", """{"name":"one","region":"us-east","compute_size":null}""");
        Assert.That(started.Status, Is.EqualTo(status), started.Body);
    }

    [Test]
    public async Task Null_ForARequiredField_IsMissingWhenAccepted_AndOfTheWrongTypeOtherwise()
    {
        const string Body = """{"name":null,"region":"us-east"}""";
        await using var lenient = await EmulatorScene.StartAsync(Lenient);
        await using var strict = await EmulatorScene.StartAsync();
        var (missing, wrong) = (await lenient.PostAsync("/api/v3/servers/start", Body), await strict.PostAsync("/api/v3/servers/start", Body));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(missing.ToString(), Does.StartWith("422").And.Contain("Required"));
            Assert.That(wrong.ToString(), Does.StartWith("422").And.Contain("Expected string, received null"));
        }
    }

    [Test]
    public async Task ClientKey_WhereItMayNotStart_StillReads()
    {
        await using var scene = await EmulatorScene.StartAsync(Unlimited with { Rules = new FleetRules { ClientKeyMayStart = false } });
        await scene.UploadAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart, EmulatorScene.ClientKey)).Status, Is.EqualTo(403));
            Assert.That((await scene.GetAsync("/api/v3/servers", EmulatorScene.ClientKey)).Status, Is.EqualTo(200));
            Assert.That((await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart)).Status, Is.EqualTo(201));
        }
    }

    [Test]
    public async Task Region_OfAnyName_IsTakenWhereThatIsAllowed()
    {
        await using var scene = await EmulatorScene.StartAsync(Unlimited with { Rules = new FleetRules { AcceptAnyRegion = true } });
        await scene.UploadAsync();
        var started = await scene.PostAsync("/api/v3/servers/start", """{"name":"one","region":"moon-base"}""");
        Assert.That((started.Status, started.Text("region")), Is.EqualTo((201, "moon-base")));
    }

    [TestCase("\\u0000", "A NUL character is not allowed", "custom")]
    [TestCase("256", "String must contain at most 255 character(s)", "too_big")]
    public async Task Region_ThatNoProcessCanBeTold_IsInvalidEvenThere(string region, string message, string type)
    {
        await using var scene = await EmulatorScene.StartAsync(Unlimited with { Rules = new FleetRules { AcceptAnyRegion = true } });
        var text = region is "256" ? new string('r', 256) : region;
        var started = await scene.PostAsync("/api/v3/servers/start", $$"""{"name":"one","region":"{{text}}"}""");
        Assert.That(started.ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{"loc":["region"],"msg":"{{message}}","type":"{{type}}"}],"status":422}"""));
        var pooled = await scene.PostAsync("/api/v3/projects/settings", $$$$$"""{"pool_config":{"enabled":true,"regions":{"{{{{{text}}}}}":{"small":1}}}}""");
        Assert.That((pooled.Status, pooled.Json.GetProperty("detail")[0].GetProperty("msg").GetString()), Is.EqualTo((422, message)));
    }

    [TestCase("2.5", 250, 25)]
    [TestCase("0.1", 10, 1)]
    [TestCase("1000", 100_000, 10_000)]
    public async Task RateLimit_IsScaled(string scale, int reads, int writes)
    {
        await using var scene = await EmulatorScene.StartAsync(
            new EmulatorOptions { RateLimitScale = decimal.Parse(scale, System.Globalization.CultureInfo.InvariantCulture) });
        var (read, write) = (await scene.GetAsync("/api/v3/servers"), await scene.PostAsync("/api/v3/servers/start", "{}"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((read.Header("X-RateLimit-Limit"), read.Header("X-RateLimit-Remaining")), Is.EqualTo(($"{reads}", $"{reads - 1}")));
            Assert.That((write.Header("X-RateLimit-Limit"), write.Header("X-RateLimit-Remaining")), Is.EqualTo(($"{writes}", $"{writes - 1}")));
        }
    }
}
