using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api;

internal sealed class KeyTests
{
    private static IEnumerable<Operation> Operations => ApiOperations.All;

    private static IEnumerable<string> WrongKeys =>
        ["pf_wrong", "pfclient_wrong", "PF_LOCAL", "pf_local ", "local", "Bearer pf_local", "pf_", "pf_локал"];

    [TestCaseSource(nameof(Operations))]
    public async Task Operation_WithServerKey_IsAllowed(Operation operation)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.SendAsync(new HttpMethod(operation.Method), operation.Path, null, EmulatorScene.ServerKey);
        Assert.That(answer.Status, Is.EqualTo(operation.Status), answer.Body);
    }

    [TestCaseSource(nameof(Operations))]
    public async Task Operation_WithClientKey_IsAllowedWhereItIsSafe(Operation operation)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.SendAsync(new HttpMethod(operation.Method), operation.Path, null, EmulatorScene.ClientKey);
        Assert.That(answer.Status, Is.EqualTo(operation.ClientMay ? operation.Status : 403), answer.Body);
        if (!operation.ClientMay)
        {
            Assert.That(answer.Body, Is.EqualTo(
                """{"error":"This operation needs the server API key","detail":"This operation needs the server API key","status":403}"""));
        }
    }

    [TestCaseSource(nameof(Operations))]
    public async Task Operation_WithoutKey_IsUnauthorized(Operation operation)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.SendAsync(new HttpMethod(operation.Method), operation.Path, null, key: null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(401));
            Assert.That(answer.Body, Is.EqualTo("""{"error":"Missing API key","detail":"Missing API key","status":401}"""));
            Assert.That(answer.Header("X-RateLimit-Limit"), Is.Null, "Nobody's allowance is told.");
        }
    }

    [TestCaseSource(nameof(WrongKeys))]
    public async Task Key_ThatNobodyHas_IsUnauthorized(string key)
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v3/servers");
        request.Headers.TryAddWithoutValidation("api-key", key);
        var answer = await scene.SendAsync(request, key: null);
        Assert.That(answer.ToString(), Is.EqualTo(
            """401 {"error":"Invalid API key","detail":"Invalid API key","status":401}"""));
    }

    [Test]
    public async Task Key_GivenTwice_IsUnauthorized()
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v3/servers");
        request.Headers.Add("api-key", ["pf_local", "pf_other"]);
        Assert.That((await scene.SendAsync(request, key: null)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Key_OfAnyHeaderCase_IsFound()
    {
        await using var scene = await EmulatorScene.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v3/servers");
        request.Headers.Add("API-Key", "pf_local");
        Assert.That((await scene.SendAsync(request, key: null)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Key_ComesBeforeValidation()
    {
        await using var scene = await EmulatorScene.StartAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await scene.PostAsync("/api/v3/servers/start", "{", key: null)).Status, Is.EqualTo(401));
            Assert.That((await scene.PostAsync("/api/v3/servers/x/restart", "{", EmulatorScene.ClientKey)).Status, Is.EqualTo(403));
            Assert.That((await scene.PostAsync("/api/v3/servers/x/restart", "{")).Status, Is.EqualTo(422), "validation comes before look-up");
        }
    }
}
