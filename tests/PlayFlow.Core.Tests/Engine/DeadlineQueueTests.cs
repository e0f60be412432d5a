using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Catalog;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Engine;

public sealed class DeadlineQueueTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Next_is_that_of_a_sorted_list() => Prop.ForAll(
        Gen.NonEmptyListOf(Gen.Choose(0, 20).Two()).ToArbitrary(),
        changes =>
        {
            var queue = new DeadlineQueue();
            var reference = new Dictionary<long, DateTimeOffset>();
            foreach (var (number, seconds) in changes)
            {
                DateTimeOffset? before = reference.TryGetValue(number, out var old) ? old : null;
                DateTimeOffset? after = seconds == 0 ? null : Start.AddSeconds(seconds);
                queue.Replace(Server(number), before, after);
                reference.Remove(number);
                if (after is { } due)
                {
                    reference.Add(number, due);
                }

                var first = reference.OrderBy(entry => entry.Value).ThenBy(entry => entry.Key).Select(entry => ((long, DateTimeOffset)?)(entry.Key, entry.Value)).FirstOrDefault();
                if (queue.Next != first?.Item2
                    || queue.NextDue(Start.AddDays(1)) != (first is { } next ? Server(next.Item1).Id : null)
                    || (first is { } early && queue.NextDue(early.Item2.AddTicks(-1)) is not null))
                {
                    return false;
                }
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static GameServer Server(long number) => new()
    {
        Id = new InstanceId($"s{number}"),
        Project = new ProjectId("p"),
        Number = number,
        Spec = new ServerSpec { Name = "s", Region = "us-east", Size = ComputeSize.Small },
        Build = new BuildReference(new BuildId("b"), "default", 1),
        State = ServerState.Running,
        Host = "h",
        Ports = [],
        CreatedAt = Start,
        UpdatedAt = Start,
        LaunchedAt = Start,
    };
}
