namespace PlayFlow.Core.Storage;

/// <summary>A store could not do what it was asked; the message says what a person can do about it.</summary>
public sealed class StoreException : Exception
{
    /// <summary>A failure with the cause behind it.</summary>
    public StoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
