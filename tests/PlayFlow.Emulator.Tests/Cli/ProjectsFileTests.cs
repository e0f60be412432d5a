using System.Collections.Immutable;
using NUnit.Framework;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Cli;
using PlayFlow.Emulator.Control;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Tests.Cli;

/// <summary>The file of more projects: what it may hold, and that everything wrong with it is told without telling a key.</summary>
internal sealed class ProjectsFileTests
{
    private static readonly ProjectEntry Own = new("default", null, "pf_local", "pfclient_local", Plan.Pro);

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [TearDown]
    public void RemoveFile() => File.Delete(_path);

    [Test]
    public void Read_OfTwoProjects_TakesThemAsTheyStand()
    {
        var read = Read("""
            [ // the ones we test with
              {"id":"a","name":"Alpha","server_key":"pf_a","client_key":"pfclient_a","plan":"free"},
              {"id":"b","server_key":"pf_b","client_key":"pfclient_b"},
            ]
            """);
        Assert.That(read, Is.EqualTo(new[]
        {
            new ProjectEntry("a", "Alpha", "pf_a", "pfclient_a", Plan.Free), new ProjectEntry("b", null, "pf_b", "pfclient_b", null),
        }));
    }

    [TestCase("", "is not valid JSON at line 1, byte 1")]
    [TestCase("[}", "is not valid JSON at line 1, byte 2")]
    [TestCase("{}", "a list of projects is expected")]
    [TestCase("[7]", "[0] is not an object")]
    [TestCase("[{}]", "[0].id: Required; [0].server_key: Required; [0].client_key: Required")]
    [TestCase("""[{"id":"a b","server_key":"secret","client_key":"pf_secret","plan":"gold","name":""}]""", "[0].id: Only letters, digits, '_' and '-'; [0].name: String must contain at least 1 character(s); [0].server_key: Must be 'pf_' followed by letters, digits, '_' and '-'; [0].client_key: Must be 'pfclient_' followed by letters, digits, '_' and '-'; [0].plan: Invalid enum value. Expected 'free' | 'pro', received 'gold'")]
    [TestCase("""[{"id":"default","server_key":"pf_a","client_key":"pfclient_a"}]""", "[0].id: 'default' is another project's")]
    [TestCase("""[{"id":"a","server_key":"pf_local","client_key":"pfclient_local"}]""", "[0].server_key: it is that of project 'default'; [0].client_key: it is that of project 'default'")]
    [TestCase("""[{"id":"a","server_key":"pf_secret","client_key":"pfclient_a"},{"id":"b","server_key":"pf_secret","client_key":"pfclient_b"},null]""", "[1].server_key: it is that of project 'a'; [2] is not an object")]
    public void Read_OfAWrongFile_TellsEverything(string content, string faults) => Assert.That(
        () => Read(content),
        Throws.TypeOf<StartException>().With.Message.EndsWith(faults).And.Message.StartsWith($"The projects file '{_path}'").And.Message.Not.Contains("secret"));

    [Test]
    public void Read_OfNoFile_SaysSo() =>
        Assert.That(() => ProjectsFile.Read(_path, Own), Throws.TypeOf<StartException>().With.Message.Contains("cannot be read"));

    private ImmutableArray<ProjectEntry> Read(string content)
    {
        File.WriteAllText(_path, content);
        return ProjectsFile.Read(_path, Own);
    }
}
