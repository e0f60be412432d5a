using PlayFlow.Core.Problems;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>Every status of every operation, and how to come to it.</summary>
internal static class AllScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
        [.. Samples.All.SelectMany(OfAnyOperation), .. ServerScenarios.All, .. BuildScenarios.All, .. ProjectScenarios.All];

    /// <summary>What a store that keeps nothing more is answered with.</summary>
    public static int StoreStatus => ProblemMapping.StatusOf(ProblemCode.StoreUnavailable);

    /// <summary>An operation answering 500 because of a fault that nobody foresaw.</summary>
    public static Scenario Fault(string operation, Call call) =>
        new(operation, 500, "fault", "Something went wrong that nobody foresaw.", stage => stage.AskWithFaultAsync(call));

    private static IEnumerable<Scenario> OfAnyOperation(Sample sample)
    {
        var (operation, call) = (sample.Operation, sample.Unknown);
        yield return new(operation, sample.Status, "done", "Done.", async stage => await stage.AskAsync(await sample.Arrange(stage)));
        yield return new(operation, 401, "missing-key", "The header `api-key` is missing", stage => stage.AskAsync(call with { Key = null }));
        yield return new(operation, 401, "wrong-key", ", or nobody has that key.", stage => stage.AskAsync(call with { Key = "pf_wrong" }));
        if (!ApiOperations.All.Single(known => $"{known.Method} {known.Path}" == $"{call.Method} {call.Path}").ClientMay)
        {
            yield return new(operation, 403, "client-key", "It needs the server key.", stage => stage.AskAsync(call with { Key = EmulatorScene.ClientKey }));
        }

        yield return new(
            operation, 403, "web-page", "A web page of another machine uses a key that everybody knows; the service itself has no such rule.", FromWebPageAsync);
        if (sample.HasId)
        {
            var what = call.Path.Contains("/servers/", StringComparison.Ordinal) ? "server" : "build";
            yield return new(operation, 404, $"unknown-{what}", $"The project has no such {what}.", stage => stage.AskAsync(call));
        }

        if (sample.Spoil is { } spoil)
        {
            yield return new(
                operation, 422, "invalid", "Something that was sent is not as described here.",
                async stage => await stage.AskAsync(spoil(await sample.Arrange(stage))));
        }

        if (sample.Body is not null)
        {
            var large = call with { Body = new string(' ', RequestBody.MaxBytes + 1) };
            yield return new(operation, 413, "too-large", "The body is larger than 1 MiB.", stage => stage.AskAsync(large));
        }

        yield return new(
            operation, 429, "too-many", "There were too many requests: 100 reads and 10 writes a second for a key.", ExhaustAsync)
        {
            Options = new EmulatorOptions(),
        };
        yield return Fault(operation, call);
        if (sample.Method is not "GET")
        {
            yield return new(operation, StoreStatus, "store", "The change could not be written down: the disk is full, for instance.", FillAsync);
        }

        async Task<Answer> FromWebPageAsync(Stage stage)
        {
            using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path);
            request.Headers.Add("Origin", "https://game.example");
            return await stage.Scene.SendAsync(request);
        }

        async Task<Answer> ExhaustAsync(Stage stage)
        {
            var answer = await stage.AskAsync(call);
            for (var i = 0; i < 100 && answer.Status != 429; i++)
            {
                answer = await stage.AskAsync(call);
            }

            return answer;
        }

        async Task<Answer> FillAsync(Stage stage)
        {
            var real = await sample.Arrange(stage);
            stage.Store.Fill();
            return await stage.AskAsync(real);
        }
    }
}
