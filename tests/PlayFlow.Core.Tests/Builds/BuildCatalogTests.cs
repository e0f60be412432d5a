using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Testing;

namespace PlayFlow.Core.Tests.Builds;

public sealed class BuildCatalogTests
{
    private static readonly string?[] Tags = [null, "default", "arena", "missing"];
    private static readonly int?[] Versions = [null, 1, 2, 3];

    [Test]
    public void Resolution_picks_what_the_four_rules_pick() => Prop.ForAll(Steps.Of(Step.Generator), steps =>
    {
        var catalog = new BuildCatalog();
        var all = new List<Build>();
        foreach (var step in steps)
        {
            Take(step, catalog, all);
        }

        return Tags.All(tag => Versions.All(version => new[] { true, false }.All(fallBack =>
            catalog.Resolve(tag, version, fallBack) is var found
            && (found.Problem is null ? found.Value : null) == Reference(all, tag, version, fallBack))));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void Resolve_WithoutReadyBuild_SaysWhatIsMissing()
    {
        var problem = new BuildCatalog().Resolve("arena", 3, true).Problem!;
        Assert.That((problem.Code, problem.Message), Is.EqualTo((ProblemCode.NoReadyBuild, "No ready build 'arena' version 3")));
    }

    // The slow way: look at every build.
    private static Build? Reference(List<Build> all, string? tag, int? version, bool fallBack)
    {
        var ready = all.Where(build => build.State is BuildState.Ready).ToList();
        Build? Named(string name, int? number) =>
            ready.Where(build => build.Name == name && (number is null || build.Version == number)).MaxBy(build => build.Version);
        return tag is not null
            ? Named(tag, version)
            : Named("default", version) ?? (fallBack ? ready.LastOrDefault(build => version is null || build.Version == version) : null);
    }

    private static void Take(Step step, BuildCatalog catalog, List<Build> all)
    {
        switch (step)
        {
            case Step.Add add:
                var build = new Build
                {
                    Id = new BuildId($"b{all.Count}"),
                    Project = new ProjectId("p"),
                    Name = add.Name,
                    Version = catalog.NextVersion(add.Name),
                    Type = BuildType.Zip,
                    ExecutablePath = null,
                    State = BuildState.Uploading,
                    CreatedAt = DateTimeOffset.UnixEpoch,
                };
                all.Add(build);
                catalog.Put(build);
                break;
            case Step.Move move when all.Count > 0:
                var index = move.Build % all.Count;
                all[index] = all[index] with { State = move.To };
                catalog.Put(all[index]);
                break;
            default:
                break;
        }
    }

    private abstract record Step
    {
        public sealed record Add(string Name) : Step;

        public sealed record Move(int Build, BuildState To) : Step;

        public static Gen<Step> Generator { get; } = Gen.OneOf(
            Gen.Elements("default", "arena", "lobby").Select(name => (Step)new Add(name)),
            from build in Gen.Choose(0, 20)
            from state in Gen.Elements(BuildState.Ready, BuildState.Ready, BuildState.Failed, BuildState.Deleted)
            select (Step)new Move(build, state));
    }
}
