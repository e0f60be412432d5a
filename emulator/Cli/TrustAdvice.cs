using System.Globalization;
using System.Security.Cryptography;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tls;

namespace PlayFlow.Emulator.Cli;

/// <summary>How a player's machine comes to trust the TLS ports of a data directory's game servers.</summary>
internal static class TrustAdvice
{
    /// <summary>Prints it.</summary>
    /// <param name="dataDirectory">The data directory, which may be in use.</param>
    /// <exception cref="StartException">The authority can be neither read nor made.</exception>
    public static async Task WriteAsync(string dataDirectory)
    {
        try
        {
            using var authority = CertificateAuthority.LoadOrCreate(
                DataDirectory.TlsOf(Path.GetFullPath(dataDirectory)), TimeProvider.System.GetUtcNow());
            await Console.Out.WriteLineAsync(Of(authority));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new StartException($"The certificate authority of '{dataDirectory}' can be neither read nor made: {fault.Message}", fault);
        }
    }

    private static string Of(CertificateAuthority authority) => string.Create(CultureInfo.InvariantCulture, $"""
        Ports with tls_enabled show a certificate of this authority, made for this data directory alone:

          certificate   {authority.File}
          SHA-256       {authority.Fingerprint}
          good until    {authority.NotAfter:yyyy-MM-dd}

        One program, for as long as it runs:
          curl --cacert '{authority.File}' ...
          SSL_CERT_FILE='{authority.File}'          .NET and OpenSSL on Linux
          NODE_EXTRA_CA_CERTS='{authority.File}'    Node.js

        The whole machine:
          Debian, Ubuntu   sudo cp '{authority.File}' /usr/local/share/ca-certificates/playflow-emulator.crt && sudo update-ca-certificates
          Fedora           sudo trust anchor '{authority.File}'
          macOS            sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain '{authority.File}'
          Windows          certutil -user -addstore Root "{authority.File}"

        Whoever has ca.key beside it can pretend to be any site to those who trust it: it stays on this machine.
        """);
}
