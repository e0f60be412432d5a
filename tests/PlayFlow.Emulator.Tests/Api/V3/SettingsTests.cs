using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

internal sealed class SettingsTests
{
    private const string Path = "/api/v3/projects/settings";
    private const string New = """{"port_configs":[{"id":"game","name":"game","internal_port":7777,"protocol":"udp","tls_enabled":false}],"auth_config":{"provider":"none"},"environment_variables":{},"pool_config":null,"lobby_configs":[],"updated_at":"2026-03-15T10:30:00.123Z"}""";

    [Test]
    public async Task Settings_OfANewProject_HaveAllSixMembers()
    {
        await using var scene = await EmulatorScene.StartAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await scene.GetAsync(Path)).ToString(), Is.EqualTo("200 " + New));
        Assert.That((await scene.PostAsync(Path, "{}")).ToString(), Is.EqualTo("200 " + New), "nothing given, nothing changed");
        Assert.That((await scene.PostAsync(Path)).ToString(), Is.EqualTo("200 " + New));
    }

    [Test]
    public async Task Change_ReplacesWholeFieldsAndLeavesTheOthers()
    {
        await using var scene = await EmulatorScene.StartAsync();
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        await scene.PostAsync(Path, """{"environment_variables":{"A":"1","B":"2"},"auth_config":{"provider":"steam","app_id":480}}""");
        var answer = await scene.PostAsync(
            Path,
            """{"environment_variables":{"B":"3"},"port_configs":[{"name":"web","internal_port":80,"protocol":"tcp","tls_enabled":true}],"pool_config":{"enabled":true,"regions":{"us-east":{"small":2,"large":0}}},"lobby_configs":[{"name":"duel","timeout":5, "x":[null]}]}""");
        Assert.That(answer.ToString(), Is.EqualTo(
            $$$$"""200 {"port_configs":[{"id":"{{{{SequentialIds.At(1)}}}}","name":"web","internal_port":80,"protocol":"tcp","tls_enabled":true}],"auth_config":{"provider":"steam","app_id":480},"environment_variables":{"B":"3"},"pool_config":{"enabled":true,"regions":{"us-east":{"small":2,"large":0}}},"lobby_configs":[{"name":"duel","timeout":5,"x":[null]}],"updated_at":"2026-03-15T10:30:01.123Z"}"""));
        Assert.That((await scene.GetAsync(Path)).Body, Is.EqualTo(answer.Body));
    }

    [Test]
    public async Task Change_ReachesLaterStarts()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        await scene.PostAsync(
            Path, """{"environment_variables":{"MODE":"duel"},"port_configs":[{"name":"web","internal_port":80,"protocol":"tcp"}]}""");
        await scene.StartServerAsync();
        var request = scene.Compute.FindRequest(scene.Compute.Running[0])!;
        Assert.That(request.Environment, Has.Member(KeyValuePair.Create("MODE", "duel")));
        Assert.That(request.Ports.Single().Name, Is.EqualTo("web"));
    }

    [Test]
    public async Task Pool_OnTheFreePlan_IsForbidden()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions { Plan = Plan.Free });
        var answer = await scene.PostAsync(Path, """{"pool_config":{"enabled":true,"regions":{}}}""");
        Assert.That(answer.Status, Is.EqualTo(403));
        Assert.That(answer.Text("error"), Does.Contain("limit"));
        Assert.That((await scene.PostAsync(Path, """{"pool_config":{"enabled":false,"regions":{}}}""")).Status, Is.EqualTo(200));
        Assert.That((await scene.PostAsync(Path, """{"pool_config":null}""")).Body, Does.Contain("\"pool_config\":null"));
    }

    [TestCase("""{"port_configs":[{"name":""}]}""", """["port_configs",0,"name"]""", "too_small")]
    [TestCase("""{"port_configs":null}""", """["port_configs"]""", "invalid_type")]
    [TestCase("""{"auth_config":{}}""", """["auth_config","provider"]""", "invalid_type")]
    [TestCase("""{"auth_config":{"provider":"ldap"}}""", """["auth_config","provider"]""", "invalid_enum_value")]
    [TestCase("""{"auth_config":"none"}""", """["auth_config"]""", "invalid_type")]
    [TestCase("""{"environment_variables":{"A":1}}""", """["environment_variables","A"]""", "invalid_type")]
    [TestCase("""{"environment_variables":{"1A":"x"}}""", """["environment_variables","1A"]""", "invalid_string")]
    [TestCase("""{"environment_variables":{"A\n":"x"}}""", """["environment_variables","A\n"]""", "invalid_string")]
    [TestCase("""{"pool_config":{}}""", """["pool_config","enabled"]""", "invalid_type")]
    [TestCase("""{"pool_config":{"enabled":true,"regions":{"moon":{}}}}""", """["pool_config","regions","moon"]""", "invalid_enum_value")]
    [TestCase("""{"pool_config":{"enabled":true,"regions":{"sea":{"tiny":1}}}}""", """["pool_config","regions","sea","tiny"]""", "invalid_enum_value")]
    [TestCase("""{"pool_config":{"enabled":true,"regions":{"sea":{"small":-1}}}}""", """["pool_config","regions","sea","small"]""", "too_small")]
    [TestCase("""{"pool_config":{"enabled":true,"regions":{"sea":{"small":11}}}}""", """["pool_config","regions","sea","small"]""", "too_big")]
    [TestCase("""{"pool_config":{"enabled":true,"regions":{"sea":{"small":10,"large":10,"micro":10},"ea":{"small":10,"large":10,"micro":1}}}}""", """["pool_config","regions"]""", "custom")]
    [TestCase("""{"lobby_configs":{}}""", """["lobby_configs"]""", "invalid_type")]
    [TestCase("""{"lobby_configs":[{"name":"a"},7]}""", """["lobby_configs",1]""", "invalid_type")]
    [TestCase("""{"lobby_configs":[{"name":7}]}""", """["lobby_configs",0,"name"]""", "invalid_type")]
    [TestCase("""{"lobby_configs":[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]}""", """["lobby_configs"]""", "too_big")]
    public async Task Change_WithAWrongField_NamesItAndChangesNothing(string body, string loc, string type)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync(Path, body);
        Assert.That(answer.Status, Is.EqualTo(422), answer.Body);
        var issue = answer.Json.GetProperty("detail")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(issue.GetProperty("loc").GetRawText(), Is.EqualTo(loc));
            Assert.That(issue.GetProperty("type").GetString(), Is.EqualTo(type));
            Assert.That((await scene.GetAsync(Path)).Body, Is.EqualTo(New));
        }
    }
}
