namespace PlayFlow.Emulator.Uploads;

/// <summary>The archive itself is wrong: trying again cannot help. The message is a sentence for the build's log.</summary>
internal sealed class BadArchiveException(string message, Exception? innerException = null) : Exception(message, innerException);
