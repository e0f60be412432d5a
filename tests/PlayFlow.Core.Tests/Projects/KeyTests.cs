using NUnit.Framework;
using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Tests.Projects;

public sealed class KeyTests
{
    [TestCase("pf_a-Z_9", KeyKind.Server)]
    [TestCase("pfclient_x", KeyKind.Client)]
    [TestCase("pf_", null)]
    [TestCase("pfclient_", null)]
    [TestCase("pf_a b", null)]
    [TestCase("PF_a", null)]
    [TestCase("", null)]
    public void KindOf_Text_GoesByPrefixAndAlphabet(string key, KeyKind? kind) =>
        Assert.That(ProjectKeys.KindOf(key), Is.EqualTo(kind));

    [Test]
    public void Rights_OfTheClientKey_AreListGetAndStart() => Assert.That(
        Enum.GetValues<ApiOperation>().Where(operation => KeyRights.Allows(KeyKind.Client, operation)),
        Is.EqualTo(new[] { ApiOperation.ListServers, ApiOperation.GetServer, ApiOperation.StartServer }));

    [Test]
    public void Rights_OfTheClientKey_CanLeaveStartOut() =>
        Assert.That(KeyRights.Allows(KeyKind.Client, ApiOperation.StartServer, clientMayStart: false), Is.False);

    [Test]
    public void Rights_OfTheServerKey_AreAll() =>
        Assert.That(Enum.GetValues<ApiOperation>().All(operation => KeyRights.Allows(KeyKind.Server, operation)));

    [Test]
    public void Writes_AreWhatChangesSomething() => Assert.That(
        Enum.GetValues<ApiOperation>().Where(KeyRights.IsWrite),
        Is.EqualTo(new[]
        {
            ApiOperation.StartServer, ApiOperation.UpdateServer, ApiOperation.RestartServer, ApiOperation.StopServer,
            ApiOperation.WriteBuilds, ApiOperation.WriteProject,
        }));

    [Test]
    public void Find_Key_GivesItsProjectAndKind()
    {
        var ring = KeyRing.Of([Project("one"), Project("two")]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ring.Find("pf_one"), Is.EqualTo((new ProjectId("one"), KeyKind.Server)));
            Assert.That(ring.Find("pfclient_two"), Is.EqualTo((new ProjectId("two"), KeyKind.Client)));
            Assert.That(ring.Find("pf_three"), Is.Null);
            Assert.That(ring.Find("pf_one "), Is.Null);
        }
    }

    [Test]
    public void Find_KeysInTurns_NeverTakesOneForAnother()
    {
        var ring = KeyRing.Of([Project("one"), Project("two")]);
        (string Key, (ProjectId, KeyKind)? Opens)[] calls =
        [
            ("pf_one", (new ProjectId("one"), KeyKind.Server)), ("pf_one", (new ProjectId("one"), KeyKind.Server)), ("pf_onf", null),
            ("pf_on", null), ("pf_one2", null), ("", null), ("pf_two", (new ProjectId("two"), KeyKind.Server)),
            ("pf_one", (new ProjectId("one"), KeyKind.Server)), ("pfclient_one", (new ProjectId("one"), KeyKind.Client)),
        ];
        Assert.That(calls.Select(call => ring.Find(call.Key)), Is.EqualTo(calls.Select(call => call.Opens)));
    }

    [Test]
    public void Printing_secrets_shows_nothing_of_them()
    {
        var project = Project("one");
        var settings = project.Settings with { Environment = [new("TOKEN", "hush")] };
        Assert.That(
            $"{project.Keys} {project} {settings} {project with { Settings = settings }}",
            Does.Not.Contain("pf_one").And.Not.Contain("pfclient_one").And.Not.Contain("hush"));
    }

    private static Project Project(string id) =>
        new(new ProjectId(id), id, new ProjectKeys("pf_" + id, "pfclient_" + id), Plan.Pro, ProjectSettings.New(DateTimeOffset.UnixEpoch));
}
