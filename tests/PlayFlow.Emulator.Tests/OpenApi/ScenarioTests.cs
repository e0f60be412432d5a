using NUnit.Framework;
using PlayFlow.Emulator.Tests.OpenApi.Check;
using PlayFlow.Emulator.Tests.OpenApi.Scenarios;

namespace PlayFlow.Emulator.Tests.OpenApi;

/// <summary>Every documented status of every operation, reached and held against the document.</summary>
internal sealed class ScenarioTests
{
    private static IEnumerable<Scenario> All => AllScenarios.All;

    [TestCaseSource(nameof(All))]
    public async Task Status_is_answered_as_documented(Scenario scenario)
    {
        await using var stage = await Stage.StartAsync(scenario.Options);
        var answer = await scenario.AskAsync(stage);
        Assert.That(answer.Status, Is.EqualTo(scenario.Status), answer.Body);
    }

    [Test]
    public void Every_documented_status_has_a_scenario_and_the_table_of_them_is_as_accepted()
    {
        var operations = ApiDescription.Served.Operations;
        var played = All.Select(static scenario => (scenario.Operation, scenario.Status)).ToHashSet();
        var missing = operations.SelectMany(static operation => operation.Statuses.Select(status => (operation.ToString(), status)))
            .Where(status => !played.Contains(status));
        Assert.That(missing, Is.Empty);

        var table = StatusTable.Make(operations, (operation, status) =>
            FormattableString.Invariant($"{All.Count(scenario => scenario.Operation == operation.ToString() && scenario.Status == status)}"));
        var generated = $"""
            # Operations and statuses

            How many ways to each documented answer of API v3 the tests go. Each of these answers is compared with the OpenAPI document,
            status, headers and body, and so is every other answer of version 3 that any test of the emulator sees; a run ends with
            the table of what it has seen.

            Generated from the scenarios by their test; `PLAYFLOW_ACCEPT=1 dotnet test tests/PlayFlow.Emulator.Tests` renews it.

            {table}
            """.ReplaceLineEndings("\n");
        Assert.That(GeneratedFile.Accepted("emulator/coverage.md", generated), Is.EqualTo(generated));
    }
}
