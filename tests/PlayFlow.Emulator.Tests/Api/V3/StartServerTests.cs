using NUnit.Framework;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

internal sealed class StartServerTests
{
    [Test]
    public async Task Start_OfTheLeast_AnswersTheWholeServer()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var answer = await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart);
        Assert.That(answer.ToString(), Is.EqualTo(
            $$"""201 {"instance_id":"{{SequentialIds.At(2)}}","name":"one","status":"launching","network_ports":[{"name":"game","internal_port":7777,"external_port":30000,"protocol":"udp","host":"127.0.0.1","tls_enabled":false}],"startup_args":null,"service_type":"match_based","compute_size":"small","region":"us-east","version_tag":"default","version":1,"started_at":null,"stopped_at":null,"auto_restart":false,"custom_data":null,"ttl":null,"is_pool_server":false,"pool_claimed_at":null,"match_id":"{{SequentialIds.At(3)}}","created_at":"2026-03-15T10:30:00.123Z","updated_at":"2026-03-15T10:30:00.123Z"}"""));
        Assert.That(answer.ContentType, Is.EqualTo("application/json"));
    }

    [Test]
    public async Task Start_OfEverything_AnswersItBack()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync("arena");
        var answer = await scene.PostAsync(
            "/api/v3/servers/start",
            """
            { "unknown": [null], "name": "Ärena \"1\" 😀", "region": "eu-uk", "compute_size": "large", "version_tag": "arena", "version": 1.0,
              "startup_args": "-a 'b c'", "ttl": 6e1, "auto_restart": true, "match_id": "m1",
              "custom_data": { "a" : [ 1.50, 1e400, "x \" y\\" ], "": null, "\u00e4": "\ud83d\ude00" },
              "environment_variables": {"SECRET": "hunter2"},
              "port_configs": [ {"name": "game", "internal_port": 7000, "protocol": "udp", "tls_enabled": true},
                                {"name": "web", "internal_port": 7000, "protocol": "tcp", "tls_enabled": true, "id": "x"} ] }
            """);
        Assert.That(answer.ToString(), Is.EqualTo(
            $$"""201 {"instance_id":"{{SequentialIds.At(2)}}","name":"Ärena \"1\" \uD83D\uDE00","status":"launching","network_ports":[{"name":"game","internal_port":7000,"external_port":30000,"protocol":"udp","host":"127.0.0.1","tls_enabled":false},{"name":"web","internal_port":7000,"external_port":30000,"protocol":"tcp","host":"127.0.0.1","tls_enabled":true}],"startup_args":"-a 'b c'","service_type":"match_based","compute_size":"large","region":"eu-uk","version_tag":"arena","version":1,"started_at":null,"stopped_at":null,"auto_restart":true,"custom_data":{"a":[1.50,1e400,"x \" y\\"],"":null,"\u00e4":"\ud83d\ude00"},"ttl":60,"is_pool_server":false,"pool_claimed_at":null,"match_id":"m1","created_at":"2026-03-15T10:30:00.123Z","updated_at":"2026-03-15T10:30:00.123Z"}"""));
    }

    [Test]
    public async Task Start_OfAPersistentSize_HasNoTtlAndRestartsAlways()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var answer = await scene.PostAsync(
            "/api/v3/servers/start", """{"name":"w","region":"sea","compute_size":"persistent-small","ttl":60,"auto_restart":false}""");
        var server = answer.Json;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(server.GetProperty("service_type").GetString(), Is.EqualTo("persistent_world"));
            Assert.That(server.GetProperty("ttl").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
            Assert.That(server.GetProperty("auto_restart").GetBoolean(), Is.True);
        }
    }

    [TestCase("""{"name":"a","region":"us-east"}""", "No ready build: upload one first")]
    [TestCase("""{"name":"a","region":"us-east","version_tag":"b"}""", "No ready build 'b'")]
    [TestCase("""{"name":"a","region":"us-east","version_tag":"b","version":2}""", "No ready build 'b' version 2")]
    [TestCase("""{"name":"a","region":"us-east","version":-3}""", "No ready build of version -3")]
    public async Task Start_WithoutAReadyBuild_IsNotFound(string body, string error)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync("/api/v3/servers/start", body);
        Assert.That(answer.ToString(), Is.EqualTo($$"""404 {"error":"{{error}}","detail":"{{error}}","status":404}"""));
    }

    [Test]
    public async Task Start_OnTheFreePlan_IsForcedToAnHourAndToOne()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions { Plan = Plan.Free });
        await scene.UploadAsync();
        var large = await scene.PostAsync("/api/v3/servers/start", """{"name":"a","region":"sea","compute_size":"large"}""");
        var first = await scene.PostAsync("/api/v3/servers/start", """{"name":"a","region":"sea","ttl":60}""");
        var second = await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(large.Status, Is.EqualTo(403));
            Assert.That(large.Text("detail"), Does.Contain("limit"));
            Assert.That(first.Json.GetProperty("ttl").GetInt32(), Is.EqualTo(3600));
            Assert.That(second.Status, Is.EqualTo(403));
            Assert.That(second.Text("error"), Does.Contain("limit").And.Contain("active server"));
        }
    }

    [Test]
    public async Task Start_WhenNoPortIsLeft_IsUnavailableAndLeavesNothing()
    {
        await using var scene = await EmulatorScene.StartAsync(new EmulatorOptions { Ports = PortRange.Create(30_000, 30_001) });
        await scene.UploadAsync();
        await scene.RunServerAsync();
        await scene.RunServerAsync();
        var answer = await scene.PostAsync("/api/v3/servers/start", EmulatorScene.MinimalStart);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(500));
            Assert.That(answer.Text("error"), Does.Contain("ports"));
            Assert.That((await scene.GetAsync("/api/v3/servers?include_launching=true")).Json.GetProperty("total").GetInt32(), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Start_Twice_MakesTwoServers()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        Assert.That(await scene.RunServerAsync(), Is.Not.EqualTo(await scene.RunServerAsync(key: EmulatorScene.ClientKey)));
        Assert.That((await scene.GetAsync("/api/v3/servers")).Json.GetProperty("total_servers").GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task Start_WithVariables_GivesThemToTheProcessAlone()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        var id = await scene.StartServerAsync("""{"name":"a","region":"sea","environment_variables":{"TOKEN":"hunter2"}}""");
        var request = scene.Compute.FindRequest(scene.Compute.Running[0])!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(request.Environment, Has.Member(KeyValuePair.Create("TOKEN", "hunter2")));
            Assert.That(request.Environment.Select(pair => pair.Key), Has.Member("PLAYFLOW_API_URL"));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}")).Body, Does.Not.Contain("hunter2"));
            Assert.That((await scene.GetAsync($"/api/v3/servers/{id}/logs")).Body, Does.Not.Contain("hunter2").And.Not.Contain("pf_local"));
        }
    }
}
