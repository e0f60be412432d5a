using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Fuzz;

/// <summary>What holds whatever is sent to wherever: version 3 and 2, uploads, pages, the control API, and paths that are not there.</summary>
internal sealed class FuzzTests
{
    private const int Requests = 2_500;

    [Test]
    public async Task Every_request_is_answered_properly_and_a_refused_one_changes_nothing()
    {
        await using var scene = await FuzzScene.StartAsync();
        var endpoints = (
            from endpoint in ((IEndpointRouteBuilder)scene.Emulator.Host.App).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            select (method, endpoint.RoutePattern.RawText!)).ToList();
        var asked = new ConcurrentDictionary<string, bool>();

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Requests),
            Prop.ForAll(new FuzzRequests(endpoints).Any, request =>
            {
                asked.TryAdd(request.Endpoint ?? string.Empty, true);
                var wrong = scene.FindWrongAsync(request).GetAwaiter().GetResult();
                return (wrong is null).Label(wrong ?? "as it should be");
            }));

        Assert.That(endpoints.Select(static endpoint => $"{endpoint.method} {endpoint.Item2}").Except(asked.Keys), Is.Empty, "never asked");
    }

    [Test]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        await using var scene = await EmulatorScene.StartAsync();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v3/servers/start") { Content = new ByteArrayContent(bytes) };
                return scene.SendAsync(request).GetAwaiter().GetResult().Status is 422;
            }));
    }
}
