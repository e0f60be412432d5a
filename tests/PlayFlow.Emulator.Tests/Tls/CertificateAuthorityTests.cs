using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using PlayFlow.Emulator.Tests.Journeys;
using PlayFlow.Emulator.Tests.Uploads;
using PlayFlow.Emulator.Tls;

namespace PlayFlow.Emulator.Tests.Tls;

internal sealed class CertificateAuthorityTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 15, 10, 30, 0, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();

    private string Files => _directory.At("tls");

    [TearDown]
    public void End() => _directory.Dispose();

    [Test]
    public void Authority_IsMadeOnce_AndItsKeyIsItsOwners()
    {
        using var made = CertificateAuthority.LoadOrCreate(Files, Now);
        using var loaded = CertificateAuthority.LoadOrCreate(Files, Now.AddYears(5));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(loaded.Fingerprint, Is.EqualTo(made.Fingerprint));
            Assert.That(UploadScene.ModeOf(_directory.At("tls/ca.key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(File.ReadAllText(made.File), Does.Not.Contain("PRIVATE"));
        }
    }

    [TestCase("play.example", "play.example", true)]
    [TestCase("play.example", "localhost", true)]
    [TestCase("192.0.2.7", "192.0.2.7", true)]
    [TestCase("127.0.0.1", "127.0.0.1", true)]
    [TestCase("play.example", "other.example", false)]
    public void Certificate_IsGoodForItsNames_WhereTheAuthorityIsTrusted(string host, string asked, bool isGood)
    {
        using var authority = CertificateAuthority.LoadOrCreate(Files, Now);
        using var issued = authority.Issue(host, Now);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IsTrusted(issued, authority.File, Now), Is.True);
            Assert.That(issued.MatchesHostname(asked), Is.EqualTo(isGood));
            Assert.That(issued.HasPrivateKey, Is.True);
            Assert.That(issued.NotAfter - issued.NotBefore, Is.LessThanOrEqualTo(TimeSpan.FromDays(397)));
        }
    }

    [Test]
    public void Certificate_OfAnotherAuthority_IsNotTrusted()
    {
        using var authority = CertificateAuthority.LoadOrCreate(Files, Now);
        using var other = CertificateAuthority.LoadOrCreate(_directory.At("other"), Now);
        using var issued = other.Issue("localhost", Now);
        Assert.That(IsTrusted(issued, authority.File, Now), Is.False);
    }

    [TestCase("ca.pem", "")]
    [TestCase("ca.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [TestCase("ca.pem", null)]
    [TestCase("ca.key", null)]
    public void Authority_ThatIsDamaged_IsMadeAnew(string file, string? content)
    {
        CertificateAuthority.LoadOrCreate(Files, Now).Dispose();
        if (content is null)
        {
            File.Delete(Path.Combine(Files, file));
        }
        else
        {
            File.WriteAllText(Path.Combine(Files, file), content);
        }

        using var anew = CertificateAuthority.LoadOrCreate(Files, Now);
        using var issued = anew.Issue("localhost", Now);
        Assert.That(IsTrusted(issued, anew.File, Now), Is.True);
    }

    [Test]
    public void Authority_WithTheKeyOfAnother_IsMadeAnew()
    {
        CertificateAuthority.LoadOrCreate(Files, Now).Dispose();
        CertificateAuthority.LoadOrCreate(_directory.At("other"), Now).Dispose();
        File.Copy(_directory.At("other/ca.key"), _directory.At("tls/ca.key"), overwrite: true);
        using var anew = CertificateAuthority.LoadOrCreate(Files, Now);
        using var issued = anew.Issue("localhost", Now);
        Assert.That(IsTrusted(issued, anew.File, Now), Is.True);
    }

    [Test]
    public void Authority_ThatWouldRunOutBeforeItsCertificates_IsMadeAnew()
    {
        using var old = CertificateAuthority.LoadOrCreate(Files, Now);
        using var anew = CertificateAuthority.LoadOrCreate(Files, Now.AddYears(9));
        Assert.That(anew.Fingerprint, Is.Not.EqualTo(old.Fingerprint));
    }

    private static bool IsTrusted(X509Certificate2 certificate, string authority, DateTimeOffset now)
    {
        using var root = X509CertificateLoader.LoadCertificateFromFile(authority);
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationTime = now.UtcDateTime,
                CustomTrustStore = { root },
            },
        };
        return chain.Build(certificate);
    }
}
