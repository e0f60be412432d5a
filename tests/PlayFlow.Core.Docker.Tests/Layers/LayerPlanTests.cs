using System.Formats.Tar;
using PlayFlow.Core.Docker.Layers;

namespace PlayFlow.Core.Docker.Tests.Layers;

/// <summary>What a later version lays upon the layer of an earlier one.</summary>
public sealed class LayerPlanTests
{
    private const UnixFileMode Mode = (UnixFileMode)0b110_100_100;

    private readonly string _folder = Directory.CreateTempSubdirectory("pfd-plan-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Changes_AreWhatIsNewOrOther_WithTheFoldersAboveIt()
    {
        var plan = await PlanAsync(
            [Folder("game"), Folder("game/a"), File("game/a/same", "1"), Folder("game/b"), File("game/b/other", "1"), Link("game/c", "a")],
            [Folder("game"), Folder("game/a"), File("game/a/same", "1"), Folder("game/b"), File("game/b/other", "2"), Link("game/c", "b"), File("game/new", "")]);

        Assert.That(Paths(plan), Is.EqualTo(["game", "game/b", "game/b/other", "game/c", "game/new"]));
        Assert.That(plan.Below, Is.EqualTo(["base", "layer"]));
    }

    [Test]
    public async Task Changes_NameWhatIsGone_ByTheTopmostFolder()
    {
        var plan = await PlanAsync(
            [Folder("game"), File("game/file", "1"), Folder("game/gone"), Folder("game/gone/in"), File("game/gone/in/file", "1")],
            [Folder("game")]);

        Assert.That(Paths(plan), Is.EqualTo(["game", "game/.wh.file", "game/.wh.gone"]));
    }

    [Test]
    public async Task Changes_FromOneKindToAnother_RemoveNothingThatIsHiddenAnyway()
    {
        var plan = await PlanAsync(
            [Folder("game"), Folder("game/x"), File("game/x/file", "1"), File("game/y", "1")],
            [Folder("game"), File("game/x", "1"), Folder("game/y"), File("game/y/file", "1")]);

        Assert.That(Paths(plan), Is.EqualTo(["game", "game/x", "game/y", "game/y/file"]));
    }

    [Test]
    public async Task Changes_OfAMode_AreChanges()
    {
        var before = File("game/file", "1");
        Assert.That(Paths(await PlanAsync([Folder("game"), before], [Folder("game"), before with { Mode = Mode | UnixFileMode.UserExecute }])), Does.Contain("game/file"));
    }

    [Test]
    public async Task Measure_IsTheLengthOfWhatIsWritten()
    {
        var entries = new[] { Folder("game"), File("game/" + new string('a', 300), "some"), File("game/block", new string('b', 512)), File("game/empty", ""), Link("game/link", "block") };
        using var written = new MemoryStream();
        await LayerTar.WriteAsync(written, entries, CancellationToken.None);

        Assert.That(await LayerTar.MeasureAsync(entries, CancellationToken.None), Is.EqualTo(written.Length));
    }

    private static async Task<LayerPlan> PlanAsync(BuildEntry[] before, BuildEntry[] after) => LayerPlan.Changes(
        after,
        await LayerListing.ReadAsync(["base"], after, CancellationToken.None),
        "layer",
        await LayerListing.ReadAsync(["base"], before, CancellationToken.None));

    private static IEnumerable<string> Paths(LayerPlan plan) => plan.Entries.Select(entry => entry.Path);

    private static BuildEntry Folder(string path) => new(TarEntryType.Directory, path, Mode);

    private static BuildEntry Link(string path, string target) => new(TarEntryType.SymbolicLink, path, Mode) { Target = target };

    private BuildEntry File(string path, string content)
    {
        var source = Path.Combine(_folder, Path.GetRandomFileName());
        System.IO.File.WriteAllText(source, content);
        return new BuildEntry(TarEntryType.RegularFile, path, Mode) { Source = source, Length = content.Length };
    }
}
