using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Core.Process.Tests.Launching;

public sealed class PrivateFilesTests
{
    private string _folder = null!;

    private string Target => Path.Combine(_folder, "playflow.json");

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("playflow-private-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Create_SomethingIsThere_LeavesItAsItIs()
    {
        File.WriteAllText(Target, "theirs");

        Assert.That(() => PrivateFiles.Create(Target, "ours"), Throws.InstanceOf<IOException>());
        Assert.That(File.ReadAllText(Target), Is.EqualTo("theirs"));
    }

    [Test]
    public void Create_LinkLeadsElsewhere_WritesNothingThere()
    {
        var elsewhere = Path.Combine(_folder, "elsewhere");
        File.CreateSymbolicLink(Target, elsewhere);

        Assert.That(() => PrivateFiles.Create(Target, "ours"), Throws.InstanceOf<IOException>());
        Assert.That(File.Exists(elsewhere), Is.False);
    }

    [Test]
    public void Replace_RestOfAnEarlierOneIsThere_PutsTheWholeTextInPlace()
    {
        File.WriteAllText(Target, "old");
        File.WriteAllText(Target + ".new", "the rest of an interrupted one");

        PrivateFiles.Replace(Target, "{\"größe\":1}");

        Assert.That(File.ReadAllText(Target), Is.EqualTo("{\"größe\":1}"));
        Assert.That(File.Exists(Target + ".new"), Is.False);
    }

    [Test]
    public void MarkOpened_Twice_AndInALaterRun_StaysMarked_AndKeepsTheRecord()
    {
        var directory = new LaunchDirectory(_folder);
        directory.WriteRecord(new LaunchRecord { Instance = "a", Launch = 3, Build = "b", ConfigPath = "c", Ports = [] });
        var before = directory.HasOpened;
        directory.MarkOpened();
        var later = new LaunchDirectory(_folder);
        var record = later.ReadRecord();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(directory.MarkOpened, Throws.Nothing);
            Assert.That(later.MarkOpened, Throws.Nothing);
            Assert.That((before, directory.HasOpened, later.HasOpened), Is.EqualTo((false, true, true)));
            Assert.That((record?.Launch, later.ReadRecord()?.Launch), Is.EqualTo((3, 3)));
        }
    }
}
