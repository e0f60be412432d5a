using PlayFlow.Core.Docker.Images;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>What an image may be called.</summary>
public sealed class ImageReferenceTests
{
    private const string Digest = "sha256:646f96224bc509b53243e2d5743e0551fe4721e10177081891dcc23d2418ed37";

    [TestCase("game", "game", "latest")]
    [TestCase("team/game:1.2-rc_3", "team/game", "1.2-rc_3")]
    [TestCase("ghcr.io/team/game:1", "ghcr.io/team/game", "1")]
    [TestCase("localhost/game", "localhost/game", "latest")]
    [TestCase("127.0.0.1:5000/a/b__c/d-e.f:V", "127.0.0.1:5000/a/b__c/d-e.f", "V")]
    [TestCase("Registry.Example/game:1", "Registry.Example/game", "1")]
    [TestCase("game@" + Digest, "game", Digest)]
    [TestCase("ghcr.io/game:1@" + Digest, "ghcr.io/game", Digest)]
    public void Name_IsReadAsEnginesDo(string text, string name, string version)
    {
        Assert.That(ImageReference.TryParse(text, out var reference, out _), Is.True);
        Assert.That((reference!.Name, reference.Version), Is.EqualTo((name, version)));
        Assert.That(reference.ToString(), Is.EqualTo(name + (version == Digest ? "@" : ":") + version));
    }

    [TestCase("")]
    [TestCase(" game")]
    [TestCase("game:1\n")]
    [TestCase("game:-1")]
    [TestCase("game//x")]
    [TestCase("/game")]
    [TestCase("game/")]
    [TestCase("a___b")]
    [TestCase("game:1:2")]
    [TestCase("user:pass@host/game:1")]
    [TestCase("game@sha256:646F96224bc509b53243e2d5743e0551fe4721e10177081891dcc23d2418ed37")]
    [TestCase("ghcr.io:port/game")]
    [TestCase("playflow/deleted:x")]
    public void Name_ThatEnginesRefuse_IsRefused(string text)
    {
        Assert.That(ImageReference.TryParse(text, out _, out var fault), Is.False);
        Assert.That(fault, Does.StartWith("image_url ").And.Not.Contain("pass@"));
    }

    [Test]
    public void Name_OfManyParts_IsRefusedAtOnce()
    {
        var text = string.Concat(Enumerable.Repeat("a-", 1000)) + "!";
        Assert.That(ImageReference.TryParse(text, out _, out _), Is.False);
        Assert.That(ImageReference.TryParse(new string('a', 256), out _, out var fault), Is.False);
        Assert.That(fault, Does.Contain("255"));
    }
}
