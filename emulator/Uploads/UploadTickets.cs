using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PlayFlow.Core.Builds;

namespace PlayFlow.Emulator.Uploads;

/// <summary>What a ticket is worth.</summary>
internal enum TicketCheck
{
    /// <summary>It was issued here for this build, and its time is not over.</summary>
    Valid,

    /// <summary>It was issued here for this build; its time is over.</summary>
    Expired,

    /// <summary>It was not issued here, or for another build.</summary>
    Wrong,
}

/// <summary>A credential for uploading one build's archive.</summary>
/// <param name="Token">The secret, fit for a URL. Never to be logged.</param>
/// <param name="ExpiresAt">The first moment at which it is worth nothing.</param>
internal sealed record UploadTicket(string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>Says nothing of the token.</summary>
    public override string ToString() => $"upload ticket until {ExpiresAt:O}";
}

/// <summary>
/// Issues and checks the token in an upload URL: the expiry and an HMAC-SHA256 over it and the build. Nothing is kept for a ticket;
/// that one is used only once follows from the build's state. Safe to call from any thread.
/// </summary>
internal sealed class UploadTickets
{
    /// <summary>How long an upload may be begun after its URL was given; the contract's five minutes.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    /// <summary>The least bytes of key.</summary>
    public const int KeySize = 32;

    private readonly byte[] _key;
    private readonly TimeProvider _time;

    /// <summary>Tickets under a key; tickets of another key are wrong.</summary>
    public UploadTickets(ReadOnlySpan<byte> key, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, KeySize, nameof(key));
        _key = key.ToArray();
        _time = time;
    }

    /// <summary>A ticket for a build, valid from now on.</summary>
    public UploadTicket Issue(BuildId build)
    {
        // Whole seconds, rounded up: a ticket is never worth less than promised.
        var expiry = (_time.GetUtcNow() + Validity + TimeSpan.FromTicks(TimeSpan.TicksPerSecond - 1)).ToUnixTimeSeconds();
        return new UploadTicket(Token(build, expiry), DateTimeOffset.FromUnixTimeSeconds(expiry));
    }

    /// <summary>What a token is worth for a build now.</summary>
    public TicketCheck Check(BuildId build, string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || !long.TryParse(token.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var expiry) ||
            expiry > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return TicketCheck.Wrong;

        // The whole token is made again and compared, so no second spelling of one can pass.
        var expected = Encoding.UTF8.GetBytes(Token(build, expiry));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(token)))
            return TicketCheck.Wrong;

        return _time.GetUtcNow() < DateTimeOffset.FromUnixTimeSeconds(expiry) ? TicketCheck.Valid : TicketCheck.Expired;
    }

    private string Token(BuildId build, long expiry)
    {
        // The expiry has a fixed width and the build comes last: no two pairs make the same bytes.
        var id = Encoding.UTF8.GetBytes(build.Value);
        var message = new byte["playflow upload 1"u8.Length + sizeof(long) + id.Length];
        "playflow upload 1"u8.CopyTo(message);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan("playflow upload 1"u8.Length), expiry);
        id.CopyTo(message, message.Length - id.Length);
        var mac = HMACSHA256.HashData(_key, message);
        return string.Create(CultureInfo.InvariantCulture, $"{expiry}.{Base64Url.EncodeToString(mac)}");
    }
}
