using System.Net;

namespace PlayFlow.Core.Docker.Engine;

/// <summary>
/// The engine refused a request, or did not answer it. The message holds no secret. Podman's words count where its status says
/// that it failed itself.
/// </summary>
internal sealed class EngineException(string message, HttpStatusCode? status, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What it answered, or null when it did not.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>Whether it did not answer at all.</summary>
    public bool IsUnreachable => Status is null;

    /// <summary>Whether what was asked for is not there.</summary>
    public bool IsNotFound => Status is HttpStatusCode.NotFound || Says("image not known");

    /// <summary>Whether the state of what was asked for does not allow it.</summary>
    public bool IsConflict => Status is HttpStatusCode.Conflict || Says("container state improper");

    /// <summary>Whether the engine's disk is full.</summary>
    public bool IsDiskFull => Says("no space left on device") || Says("disk quota exceeded");

    /// <summary>Whether the engine used these words.</summary>
    public bool Says(string words) => Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
