using System.Text;

namespace PlayFlow.Core.Compute;

/// <summary>
/// What a registry wants to know before it gives an image away. Kept in memory only, and no longer than the image is processed;
/// its text form tells nothing. Immutable.
/// </summary>
public sealed class RegistryCredentials
{
    private const string Hidden = "***";

    /// <summary>The credentials of a user.</summary>
    /// <param name="username">The user.</param>
    /// <param name="password">The password, or the token that stands for it.</param>
    public RegistryCredentials(string username, string password)
    {
        Username = username ?? throw new ArgumentNullException(nameof(username));
        Password = password ?? throw new ArgumentNullException(nameof(password));
    }

    /// <summary>The user.</summary>
    public string Username { get; }

    /// <summary>The password, or the token that stands for it. A secret: never to be logged.</summary>
    public string Password { get; }

    /// <summary>A text of somebody else's, who may repeat what he was sent, without the password.</summary>
    public string Redact(string text)
    {
        _ = text ?? throw new ArgumentNullException(nameof(text));
        if (Password.Length == 0)
        {
            return text;
        }

        var header = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Username}:{Password}"));
        return text
            .Replace(header, Hidden, StringComparison.Ordinal)
            .Replace(Password, Hidden, StringComparison.Ordinal)
            .Replace(Uri.EscapeDataString(Password), Hidden, StringComparison.Ordinal);
    }

    /// <summary>Three stars.</summary>
    public override string ToString() => Hidden;
}
