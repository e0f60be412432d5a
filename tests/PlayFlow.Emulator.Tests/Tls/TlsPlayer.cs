using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PlayFlow.Emulator.Tests.Tls;

/// <summary>A player's machine that trusts one authority, and checks what it is shown.</summary>
internal static class TlsPlayer
{
    /// <summary>A connection under the name localhost.</summary>
    public static async Task<SslStream> ConnectAsync(int port, string authority, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(authority) },
                },
            },
            cancellationToken);
        return stream;
    }
}
