using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PlayFlow.Emulator.Tls;

/// <summary>
/// A certificate authority of one data directory, made once and kept there, so that it has to be trusted once. Its key never
/// leaves the directory, and only its owner can read it.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string Name = "CN=PlayFlow emulator local CA";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    // Browsers and Apple's systems accept no longer one; a new one is made at every start.
    private static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(397);

    // Clocks of players' machines differ.
    private static readonly TimeSpan Leeway = TimeSpan.FromDays(1);

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate, string file)
    {
        _certificate = certificate;
        File = file;
    }

    /// <summary>The certificate to trust, in PEM.</summary>
    public string File { get; }

    /// <summary>The certificate's SHA-256 fingerprint.</summary>
    public string Fingerprint => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>The last moment it is good for.</summary>
    public DateTimeOffset NotAfter => _certificate.NotAfter.ToUniversalTime();

    /// <summary>Opens the authority of a directory, or makes one; one that has run out or cannot be read is made anew.</summary>
    /// <param name="directory">The directory, which is made when it is not there.</param>
    /// <param name="now">The present time.</param>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static CertificateAuthority LoadOrCreate(string directory, DateTimeOffset now)
    {
        Directory.CreateDirectory(directory);
        var (file, key) = (Path.Combine(directory, "ca.pem"), Path.Combine(directory, "ca.key"));
        return TryLoad(file, key) is { } certificate && certificate.NotAfter.ToUniversalTime() > now + ServerLifetime
            ? new CertificateAuthority(certificate, file)
            : new CertificateAuthority(Create(file, key, now), file);
    }

    /// <summary>A certificate for servers under a name of this machine, and under those by which it knows itself.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="now">The present time.</param>
    public X509Certificate2 Issue(string host, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { host, "localhost", "127.0.0.1", "::1" }.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        using var issued = request.Create(_certificate, now - Leeway, now + ServerLifetime - Leeway, SerialNumber());
        using var whole = issued.CopyWithPrivateKey(key);

        // Windows' TLS does not take keys that live in memory only.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();

    private static X509Certificate2? TryLoad(string file, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(file, key);
        }
        catch (Exception fault) when (fault is CryptographicException or FileNotFoundException or ArgumentException)
        {
            return null;
        }
    }

    private static X509Certificate2 Create(string file, string keyFile, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // The date tells authorities of one name apart in lists of what is trusted.
        var subject = string.Create(CultureInfo.InvariantCulture, $"{Name} {now:yyyy-MM-dd HH.mm.ss}");
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var certificate = request.CreateSelfSigned(now - Leeway, now + Lifetime);

        // The key first: a certificate on the disk always has one.
        Replace(keyFile, key.ExportPkcs8PrivateKeyPem(), isSecret: true);
        Replace(file, certificate.ExportCertificatePem(), isSecret: false);
        return certificate;
    }

    private static void Replace(string path, string text, bool isSecret)
    {
        var unfinished = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            System.IO.File.Delete(unfinished);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(unfinished, options))
        {
            writer.WriteLine(text);
        }

        System.IO.File.Move(unfinished, path, overwrite: true);
    }

    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        return serial;
    }
}
