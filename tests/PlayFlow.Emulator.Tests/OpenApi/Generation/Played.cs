using System.Text.RegularExpressions;
using PlayFlow.Emulator.Tests.OpenApi.Scenarios;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>A scenario and what came back.</summary>
internal sealed partial record Played(Scenario Scenario, Answer Answer)
{
    /// <summary>The body, without what is secret or different each time.</summary>
    public string Body => Token.Replace(Answer.Body, "token=shown-here-once\"");

    /// <summary>Plays every scenario, each on a stage of its own.</summary>
    public static async Task<IReadOnlyList<Played>> AllAsync()
    {
        var played = new List<Played>();
        foreach (var scenario in AllScenarios.All)
        {
            await using var stage = await Stage.StartAsync(scenario.Options, documented: false);
            played.Add(new Played(scenario, await scenario.AskAsync(stage)));
        }

        return played;
    }

    [GeneratedRegex("token=[^\"]+\"")]
    private static partial Regex Token { get; }
}
