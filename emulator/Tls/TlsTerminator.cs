using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PlayFlow.Core.Compute;

namespace PlayFlow.Emulator.Tls;

/// <summary>Serves ports with TLS, in the name of one certificate.</summary>
internal sealed class TlsTerminator : ITlsTerminator, IDisposable
{
    private readonly Lazy<SslStreamCertificateContext> _certificate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>A terminator.</summary>
    /// <param name="certificate">Makes the certificate when the first port needs it.</param>
    /// <param name="time">The clock of its patience.</param>
    /// <param name="logger">Takes what it has to say.</param>
    public TlsTerminator(Func<X509Certificate2> certificate, TimeProvider time, ILogger<TlsTerminator> logger)
    {
        _certificate = new(
            () => SslStreamCertificateContext.Create(certificate(), additionalCertificates: null, offline: true),
            LazyThreadSafetyMode.PublicationOnly);
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public IAsyncDisposable Listen(int port, IPEndPoint target, Action<int> received, Action<int> sent) =>
        new TlsPort(port, target, Certificate(), new TlsTraffic(received, sent), _time, _logger);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_certificate.IsValueCreated)
        {
            _certificate.Value.TargetCertificate.Dispose();
        }
    }

    private SslStreamCertificateContext Certificate()
    {
        try
        {
            return _certificate.Value;
        }
        catch (Exception fault) when (fault is CryptographicException or UnauthorizedAccessException)
        {
            throw new IOException(fault.Message, fault);
        }
    }
}

/// <summary>Who is told what passes.</summary>
/// <param name="Received">Takes the bytes that came from players.</param>
/// <param name="Sent">Takes the bytes that went to players.</param>
internal sealed record TlsTraffic(Action<int> Received, Action<int> Sent);
