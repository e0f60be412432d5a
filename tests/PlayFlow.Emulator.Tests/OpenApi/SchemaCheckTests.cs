using System.Net;
using System.Text;
using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.OpenApi.Check;

namespace PlayFlow.Emulator.Tests.OpenApi;

/// <summary>The check of answers must be able to fail.</summary>
internal sealed class SchemaCheckTests
{
    private const string Schema =
        """{"type":"object","required":["id","when"],"properties":{"id":{"$ref":"#/id"},"when":{"type":["string","null"],"format":"date-time"},"size":{"enum":["small",1]},"count":{"type":"integer","minimum":1,"maximum":9},"tags":{"type":"array","maxItems":2,"minItems":1,"items":{"type":"string","minLength":1,"maxLength":3,"pattern":"^a"}},"open":{"type":"object","additionalProperties":true},"map":{"type":"object","maxProperties":1,"propertyNames":{"pattern":"^[A-Z]+$"},"additionalProperties":{"type":"boolean"}},"either":{"anyOf":[{"type":"null"},{"const":"x"}]}}}""";

    private const string Id = "\"id\":\"00000000-0000-4000-8000-000000000001\"";

    [TestCase("""{ID,"when":"2026-03-15T10:30:00.123Z"}""")]
    [TestCase("""{ID,"when":null,"size":"small","count":9,"tags":["abc"],"open":{"x":[null]},"map":{"A":true},"either":"x"}""")]
    [TestCase("""{ID,"when":null,"size":1,"either":null}""")]
    public void Value_that_fits_has_nothing_wrong(string value) => Assert.That(Check(value), Is.Empty);

    [TestCase("[]", "$ is Array")]
    [TestCase("""{"when":null}""", "has no 'id'")]
    [TestCase("""{"id":"1","when":null}""", "no uuid")]
    [TestCase("""{ID,"when":"2026-03-15T10:30:00Z"}""", "no date-time")]
    [TestCase("""{ID,"when":5}""", "$.when is Number")]
    [TestCase("""{ID,"when":null,"more":1}""", "'more' that is not documented")]
    [TestCase("""{ID,"when":null,"size":"tiny"}""", "not one of")]
    [TestCase("""{ID,"when":null,"count":1.5}""", "$.count is Number, not integer")]
    [TestCase("""{ID,"when":null,"count":0}""", "below 1")]
    [TestCase("""{ID,"when":null,"count":10}""", "above 9")]
    [TestCase("""{ID,"when":null,"tags":[]}""", "fewer than 1")]
    [TestCase("""{ID,"when":null,"tags":["a","a","a"]}""", "more than 2")]
    [TestCase("""{ID,"when":null,"tags":["a","abcd"]}""", "$.tags[1] is longer than 3")]
    [TestCase("""{ID,"when":null,"tags":[""]}""", "shorter than 1")]
    [TestCase("""{ID,"when":null,"tags":["b"]}""", "does not match")]
    [TestCase("""{ID,"when":null,"map":{"a":true}}""", "name 'a'")]
    [TestCase("""{ID,"when":null,"map":{"A":1}}""", "$.map.A is Number")]
    [TestCase("""{ID,"when":null,"map":{"A":true,"B":true}}""", "more than 1")]
    [TestCase("""{ID,"when":null,"either":"y"}""", "none of")]
    public void Value_that_does_not_fit_is_told_where(string value, string complaint) =>
        Assert.That(Check(value), Has.Some.Contains(complaint));

    [Test]
    public void Keyword_that_nobody_taught_it_is_a_fault() =>
        Assert.That(() => Check("5", """{"multipleOf":5}"""), Throws.InvalidOperationException);

    [TestCase(HttpStatusCode.OK, "{\"status\":\"ok\",\"version\":\"3.0.0\",\"timestamp\":\"today\"}", "today")]
    [TestCase(HttpStatusCode.Accepted, "{}", "status 202 is not documented")]
    [TestCase(HttpStatusCode.InternalServerError, "{\"error\":\"a\",\"detail\":\"a\",\"status\":503}", "another status")]
    [TestCase(HttpStatusCode.OK, "", "not JSON")]
    public void Answer_that_is_not_as_documented_fails_the_test(HttpStatusCode status, string body, string complaint)
    {
        using var client = new HttpClient(new DocumentedAnswers(new Answering(status, body)));
        Assert.That(
            async () => await client.GetAsync(new Uri("http://localhost/api/health")),
            Throws.TypeOf<AssertionException>().With.Message.Contains(complaint).And.Message.Contains("GET /api/health"));
    }

    [Test]
    public void Answer_of_an_unknown_route_has_to_be_a_refusal()
    {
        using var client = new HttpClient(new DocumentedAnswers(new Answering(HttpStatusCode.OK, "{}")));
        Assert.That(async () => await client.GetAsync(new Uri("http://localhost/api/v3/none")), Throws.TypeOf<AssertionException>());
    }

    private static IReadOnlyList<string> Check(string value, string schema = Schema)
    {
        using var document = JsonDocument.Parse("""{"id":{"type":"string","format":"uuid"}}""");
        using var rule = JsonDocument.Parse(schema);
        using var json = JsonDocument.Parse(value.Replace("ID", Id, StringComparison.Ordinal));
        return new SchemaCheck(document.RootElement).Check(rule.RootElement, json.RootElement);
    }

    private sealed class Answering(HttpStatusCode status, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = new StringContent(body, Encoding.UTF8);
            content.Headers.ContentType = new("application/json");
            return Task.FromResult(new HttpResponseMessage(status) { Content = content });
        }
    }
}
