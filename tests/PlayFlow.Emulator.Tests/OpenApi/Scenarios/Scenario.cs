using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>
/// A way to a status of an operation. All of them together are the statuses the document has, each with what really came back as
/// its example.
/// </summary>
/// <param name="Operation">The operation's method and path.</param>
/// <param name="Status">What it is answered with.</param>
/// <param name="Name">A word for the example.</param>
/// <param name="Because">When that is the answer, for readers of the document.</param>
/// <param name="AskAsync">Plays it; the last answer counts.</param>
internal sealed record Scenario(string Operation, int Status, string Name, string Because, Func<Stage, Task<Answer>> AskAsync)
{
    /// <summary>What the emulator is told.</summary>
    public EmulatorOptions Options { get; init; } = new() { RateLimit = false };

    public override string ToString() => $"{Operation} → {Status} {Name}";
}
