using System.Text;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Api.V3;

/// <summary>What is said of bodies that are wrong: every violation, in the order of the schema, in the validator's words.</summary>
internal sealed class ServerBodyTests
{
    private const string Sizes = "'micro' | 'small' | 'medium' | 'large' | 'xlarge' | 'dedicated-small' | 'dedicated-medium' | 'dedicated-large' | 'dedicated-xlarge' | 'persistent-small' | 'persistent-medium' | 'persistent-large' | 'persistent-xlarge'";
    private const string Regions = "'us-east' | 'us-west' | 'eu-north' | 'eu-west' | 'ap-south' | 'sea' | 'ea' | 'ap-north' | 'ap-southeast' | 'south-africa' | 'south-america-brazil' | 'south-america-chile' | 'eu-uk' | 'south-america'";

    private static readonly string Long256 = new('x', 256);
    private static readonly string Long4097 = new('x', 4097);

    private static IEnumerable<TestCaseData> Fields()
    {
        yield return Case("name", "5", """["name"]""", "Expected string, received number", "invalid_type");
        yield return Case("name", "null", """["name"]""", "Expected string, received null", "invalid_type");
        yield return Case("name", "true", """["name"]""", "Expected string, received boolean", "invalid_type");
        yield return Case("name", "[]", """["name"]""", "Expected string, received array", "invalid_type");
        yield return Case("name", "{}", """["name"]""", "Expected string, received object", "invalid_type");
        yield return Case("name", "\"\"", """["name"]""", "String must contain at least 1 character(s)", "too_small");
        yield return Case("name", $"\"{Long256}\"", """["name"]""", "String must contain at most 255 character(s)", "too_big");
        yield return Case("compute_size", "\"tiny\"", """["compute_size"]""", $"Invalid enum value. Expected {Sizes}, received 'tiny'", "invalid_enum_value");
        yield return Case("compute_size", "7", """["compute_size"]""", $"Expected {Sizes}, received number", "invalid_type");
        yield return Case("version_tag", "1", """["version_tag"]""", "Expected string, received number", "invalid_type");
        yield return Case("version", "\"1\"", """["version"]""", "Expected number, received string", "invalid_type");
        yield return Case("version", "1.5", """["version"]""", "Expected integer, received float", "invalid_type");
        yield return Case("version", "1e400", """["version"]""", "Expected integer, received float", "invalid_type");
        yield return Case("version", "1e20", """["version"]""", "Number must be less than or equal to 2147483647", "too_big");
        yield return Case("version", "99999999999999999999999", """["version"]""", "Number must be less than or equal to 2147483647", "too_big");
        yield return Case("startup_args", "[]", """["startup_args"]""", "Expected string, received array", "invalid_type");
        yield return Case("startup_args", $"\"{Long4097}\"", """["startup_args"]""", "String must contain at most 4096 character(s)", "too_big");
        yield return Case("ttl", "59", """["ttl"]""", "Number must be greater than or equal to 60", "too_small");
        yield return Case("ttl", "-1e300", """["ttl"]""", "Number must be greater than or equal to 60", "too_small");
        yield return Case("ttl", "86401", """["ttl"]""", "Number must be less than or equal to 86400", "too_big");
        yield return Case("ttl", "60.5", """["ttl"]""", "Expected integer, received float", "invalid_type");
        yield return Case("ttl", "null", """["ttl"]""", "Expected number, received null", "invalid_type");
        yield return Case("auto_restart", "\"true\"", """["auto_restart"]""", "Expected boolean, received string", "invalid_type");
        yield return Case("auto_restart", "1", """["auto_restart"]""", "Expected boolean, received number", "invalid_type");
        yield return Case("custom_data", "[]", """["custom_data"]""", "Expected object, received array", "invalid_type");
        yield return Case("custom_data", "\"{}\"", """["custom_data"]""", "Expected object, received string", "invalid_type");
        yield return Case("custom_data", "null", """["custom_data"]""", "Expected object, received null", "invalid_type");
        yield return Case("match_id", "1", """["match_id"]""", "Expected string, received number", "invalid_type");
        yield return Case("match_id", $"\"{Long256}\"", """["match_id"]""", "String must contain at most 255 character(s)", "too_big");
        yield return Case("environment_variables", "[]", """["environment_variables"]""", "Expected object, received array", "invalid_type");
        yield return Case("environment_variables", """{"A":"1","B":2}""", """["environment_variables","B"]""", "Expected string, received number", "invalid_type");
        yield return Case("environment_variables", """{"A=B":"1"}""", """["environment_variables","A=B"]""", "A variable's name must not be empty or contain '='", "custom");
        yield return Case("port_configs", "{}", """["port_configs"]""", "Expected array, received object", "invalid_type");
        yield return Case("port_configs", "[5]", """["port_configs",0]""", "Expected object, received number", "invalid_type");
        yield return Case("port_configs", Ports(11), """["port_configs"]""", "Array must contain at most 10 element(s)", "too_big");
        yield return Case("port_configs", """[{"internal_port":1,"protocol":"udp"}]""", """["port_configs",0,"name"]""", "Required", "invalid_type");
        yield return Case("port_configs", """[{"name":"a","protocol":"udp"}]""", """["port_configs",0,"internal_port"]""", "Required", "invalid_type");
        yield return Case("port_configs", """[{"name":"a","internal_port":0,"protocol":"udp"}]""", """["port_configs",0,"internal_port"]""", "Number must be greater than or equal to 1", "too_small");
        yield return Case("port_configs", """[{"name":"a","internal_port":65536,"protocol":"udp"}]""", """["port_configs",0,"internal_port"]""", "Number must be less than or equal to 65535", "too_big");
        yield return Case("port_configs", """[{"name":"a","internal_port":"1","protocol":"udp"}]""", """["port_configs",0,"internal_port"]""", "Expected number, received string", "invalid_type");
        yield return Case("port_configs", """[{"name":"a","internal_port":1}]""", """["port_configs",0,"protocol"]""", "Required", "invalid_type");
        yield return Case("port_configs", """[{"name":"a","internal_port":1,"protocol":"icmp"}]""", """["port_configs",0,"protocol"]""", "Invalid enum value. Expected 'udp' | 'tcp', received 'icmp'", "invalid_enum_value");
        yield return Case("port_configs", """[{"name":"a","internal_port":1,"protocol":7}]""", """["port_configs",0,"protocol"]""", "Expected 'udp' | 'tcp', received number", "invalid_type");
        yield return Case("port_configs", """[{"name":"a","internal_port":1,"protocol":"udp","tls_enabled":1}]""", """["port_configs",0,"tls_enabled"]""", "Expected boolean, received number", "invalid_type");
        yield return Case("port_configs", """[{"name":"a","internal_port":1,"protocol":"udp"},{"name":"a","internal_port":2,"protocol":"udp"}]""", """["port_configs",1,"name"]""", "Duplicate port name 'a'", "custom");
        yield return Case("port_configs", """[{"name":"a","internal_port":1,"protocol":"udp"},{"name":"b","internal_port":1,"protocol":"udp"}]""", """["port_configs",1,"internal_port"]""", "Duplicate udp port 1", "custom");
    }

    private static IEnumerable<TestCaseData> StartOnly()
    {
        yield return new TestCaseData("{}", Issue("""["name"]""", "Required", "invalid_type") + "," + Issue("""["region"]""", "Required", "invalid_type"));
        yield return new TestCaseData(string.Empty, Issue("""["name"]""", "Required", "invalid_type") + "," + Issue("""["region"]""", "Required", "invalid_type"));
        yield return new TestCaseData("""{"name":"a","region":""}""", Issue("""["region"]""", "String must contain at least 1 character(s)", "too_small"));
        yield return new TestCaseData("""{"name":"a","region":"moon"}""", Issue("""["region"]""", $"Invalid enum value. Expected {Regions}, received 'moon'", "invalid_enum_value"));
        yield return new TestCaseData("""{"region":5,"ttl":1,"name":6,"port_configs":7}""",
            Issue("""["name"]""", "Expected string, received number", "invalid_type") + "," +
            Issue("""["region"]""", "Expected string, received number", "invalid_type") + "," +
            Issue("""["ttl"]""", "Number must be greater than or equal to 60", "too_small") + "," +
            Issue("""["port_configs"]""", "Expected array, received number", "invalid_type"));
        yield return new TestCaseData("""{"name":"a","name":7,"region":"sea"}""", Issue("""["name"]""", "Expected string, received number", "invalid_type"))
            .SetArgDisplayNames("the last of two names counts");
    }

    private static IEnumerable<TestCaseData> NoObjects()
    {
        yield return new TestCaseData("[]"u8.ToArray(), "Expected object, received array", "invalid_type").SetArgDisplayNames("array");
        yield return new TestCaseData("null"u8.ToArray(), "Expected object, received null", "invalid_type").SetArgDisplayNames("null");
        yield return new TestCaseData("5"u8.ToArray(), "Expected object, received number", "invalid_type").SetArgDisplayNames("number");
        yield return new TestCaseData("{"u8.ToArray(), null, "custom").SetArgDisplayNames("truncated");
        yield return new TestCaseData("{\"name\":\"a\",}"u8.ToArray(), null, "custom").SetArgDisplayNames("trailing comma");
        yield return new TestCaseData("{} {}"u8.ToArray(), null, "custom").SetArgDisplayNames("two values");
        yield return new TestCaseData("name=a&region=sea"u8.ToArray(), null, "custom").SetArgDisplayNames("a form");
        yield return new TestCaseData("{\"name\":\"\\x\"}"u8.ToArray(), null, "custom").SetArgDisplayNames("bad escape");
        yield return new TestCaseData("{\"a\":\"\\ud800\"}"u8.ToArray(), "The body holds half of a surrogate pair", "custom").SetArgDisplayNames("half a pair");
        yield return new TestCaseData("{\"\\udc00\":1}"u8.ToArray(), "The body holds half of a surrogate pair", "custom").SetArgDisplayNames("half a pair in a name");
        yield return new TestCaseData(new byte[] { (byte)'{', (byte)'"', 0xff, (byte)'"', (byte)':', (byte)'1', (byte)'}' }, "The body is not valid UTF-8", "custom").SetArgDisplayNames("invalid UTF-8");
        yield return new TestCaseData(Encoding.UTF8.GetBytes("{\"custom_data\":" + string.Concat(Enumerable.Repeat("{\"a\":", 5000))), null, "custom").SetArgDisplayNames("nested deeply");
        yield return new TestCaseData(Encoding.UTF8.GetBytes(new string('[', 500_000)), null, "custom").SetArgDisplayNames("nested very deeply");
    }

    [TestCaseSource(nameof(Fields))]
    public async Task Start_WithAWrongField_NamesIt(string field, string value, string issue)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync("/api/v3/servers/start", $$"""{"name":"a","region":"sea","{{field}}":{{value}}}""");
        Assert.That(answer.ToString(), Is.EqualTo($$"""422 {"error":"Validation error","detail":[{{issue}}],"status":422}"""));
    }

    [TestCaseSource(nameof(Fields))]
    public async Task Restart_WithAWrongField_NamesIt(string field, string value, string issue)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync("/api/v3/servers/any/restart", $$"""{"{{field}}":{{value}}}""");
        Assert.That(answer.ToString(), Is.EqualTo($$"""422 {"error":"Validation error","detail":[{{issue}}],"status":422}"""));
    }

    [TestCaseSource(nameof(StartOnly))]
    public async Task Start_WithSeveralWrongFields_NamesThemAllInOrder(string body, string issues)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync("/api/v3/servers/start", body);
        Assert.That(answer.ToString(), Is.EqualTo($$"""422 {"error":"Validation error","detail":[{{issues}}],"status":422}"""));
    }

    [TestCase("null", "null")]
    [TestCase("[1]", "array")]
    [TestCase("\"x\"", "string")]
    public async Task Update_WithCustomDataThatIsNoObject_NamesIt(string value, string received)
    {
        await using var scene = await EmulatorScene.StartAsync();
        var answer = await scene.PostAsync("/api/v3/servers/any/update", $$"""{"custom_data":{{value}}}""");
        Assert.That(answer.ToString(), Is.EqualTo(
            $$"""422 {"error":"Validation error","detail":[{"loc":["custom_data"],"msg":"Expected object, received {{received}}","type":"invalid_type"}],"status":422}"""));
    }

    [TestCaseSource(nameof(NoObjects))]
    public async Task Body_ThatIsNoObject_IsInvalidAsAWhole(byte[] body, string? message, string type)
    {
        await using var scene = await EmulatorScene.StartAsync();
        foreach (var path in (string[])["/api/v3/servers/start", "/api/v3/servers/x/update", "/api/v3/servers/x/restart", "/api/v3/builds/docker-image"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            var answer = await scene.SendAsync(request);
            Assert.That(answer.Status, Is.EqualTo(422), answer.Body);
            var detail = answer.Json.GetProperty("detail")[0];
            using (Assert.EnterMultipleScope())
            {
                Assert.That(detail.GetProperty("loc").GetArrayLength(), Is.Zero);
                Assert.That(detail.GetProperty("type").GetString(), Is.EqualTo(type));
                Assert.That(detail.GetProperty("msg").GetString(), message is null ? Does.StartWith("The body is not valid JSON") : Is.EqualTo(message));
            }
        }
    }

    [Test]
    public async Task Body_WithAByteOrderMark_IsRead()
    {
        await using var scene = await EmulatorScene.StartAsync();
        await scene.UploadAsync();
        Assert.That((await scene.PostAsync("/api/v3/servers/start", "\uFEFF" + EmulatorScene.MinimalStart)).Status, Is.EqualTo(201));
    }

    private static TestCaseData Case(string field, string value, string loc, string message, string type) =>
        new TestCaseData(field, value, Issue(loc, message, type)).SetArgDisplayNames(field, value.Length > 40 ? $"{value[..40]}…" : value);

    private static string Issue(string loc, string message, string type) => $$"""{"loc":{{loc}},"msg":"{{message}}","type":"{{type}}"}""";

    private static string Ports(int count) =>
        "[" + string.Join(",", Enumerable.Range(1, count).Select(i => $$"""{"name":"p{{i}}","internal_port":{{i}},"protocol":"udp"}""")) + "]";
}
