using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>A refusal for the plan's sake, with each status it can be given.</summary>
internal static class PlanLimit
{
    private static readonly int[] Switched = [402, 409];

    public static IEnumerable<Scenario> Scenarios(string operation, string because, Func<Stage, Task<Answer>> askAsync)
    {
        var options = new EmulatorOptions { RateLimit = false, Plan = Plan.Free };
        yield return new(operation, 403, "plan", because, askAsync) { Options = options };
        foreach (var status in Switched)
        {
            yield return new(operation, status, "plan", $"In the place of 403, where the emulator is told so: {because}", askAsync)
            {
                Options = options with { Conduct = new ApiConduct { PlanLimitStatus = status } },
            };
        }
    }
}
