using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Tests.Builds;

/// <summary>What every command does to a build in every state.</summary>
public sealed class BuildLifecycleTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BuildId Id = new("b");

    [TestCase(BuildState.Uploading, "Processing", "ProcessBuild")]
    [TestCase(BuildState.Failed, "Processing", "ProcessBuild")]
    [TestCase(BuildState.Processing, null, null)]
    [TestCase(BuildState.Ready, null, null)]
    public void BeginProcessing_RunsOnce_AndAgainAfterAFailure(BuildState state, string? moved, string? effect) =>
        Assert.That(Decide(state, new FleetCommand.BeginProcessing(Now, Id)), Is.EqualTo((moved, effect)));

    [Test]
    public void BeginProcessing_OfADeletedBuild_FindsNone() => Assert.That(
        BuildLifecycle.Decide(BuildIn(BuildState.Deleted), new FleetCommand.BeginProcessing(Now, Id), isUsed: false).Refusal,
        Is.EqualTo(Problem.BuildNotFound));

    [TestCase(BuildState.Processing, true, "Ready", null)]
    [TestCase(BuildState.Processing, false, "Failed", null)]
    [TestCase(BuildState.Ready, true, null, null)]
    [TestCase(BuildState.Deleted, true, null, "DeleteArtefact")]
    public void FinishProcessing_OfADeletedBuild_RemovesWhatItLeft(BuildState state, bool succeeded, string? moved, string? effect) =>
        Assert.That(Decide(state, new FleetCommand.FinishProcessing(Now, Id, succeeded)), Is.EqualTo((moved, effect)));

    [TestCase(BuildState.Ready, false, "Deleted", "DeleteArtefact")]
    [TestCase(BuildState.Uploading, false, "Deleted", "DeleteArtefact")]
    [TestCase(BuildState.Ready, true, "Deleted", null)]
    [TestCase(BuildState.Deleted, false, null, null)]
    public void DeleteBuild_LeavesTheFilesToTheServersThatRunIt(BuildState state, bool isUsed, string? moved, string? effect) =>
        Assert.That(Decide(state, new FleetCommand.DeleteBuild(Now, Id), isUsed), Is.EqualTo((moved, effect)));

    private static (string? Moved, string? Effect) Decide(BuildState state, FleetCommand command, bool isUsed = false)
    {
        var decision = BuildLifecycle.Decide(BuildIn(state), command, isUsed);
        Assert.That(decision.Refusal, Is.Null);
        var moved = decision.Events.OfType<FleetEvent.BuildMoved>().SingleOrDefault();
        return (moved?.State.ToString(), decision.Effects.SingleOrDefault()?.GetType().Name);
    }

    private static Build BuildIn(BuildState state) => new()
    {
        Id = Id,
        Project = new ProjectId("p"),
        Name = Build.DefaultName,
        Version = 1,
        Type = BuildType.Zip,
        ExecutablePath = "game",
        State = state,
        CreatedAt = Now,
    };
}
