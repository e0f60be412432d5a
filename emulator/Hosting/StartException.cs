namespace PlayFlow.Emulator.Hosting;

/// <summary>The emulator cannot start, for a reason its user can do something about. The message is the one line they see.</summary>
internal sealed class StartException(string message, Exception? innerException = null) : Exception(message, innerException);
