using System.Net;

namespace ApiClient;

/// <summary>The API refused.</summary>
/// <param name="status">The status it answered with.</param>
/// <param name="message">What it said.</param>
internal sealed class PlayFlowException(HttpStatusCode status, string message) : Exception(message)
{
    /// <summary>The status it answered with.</summary>
    public int Status { get; } = (int)status;
}
