using System.Collections.Immutable;

namespace PlayFlow.Core.Process.Launching;

/// <summary>What is run, ready for the system. The environment holds secrets: never logged.</summary>
/// <param name="Executable">The file, as a full path.</param>
/// <param name="Arguments">Its arguments, without its own name.</param>
/// <param name="Environment">Its whole environment.</param>
/// <param name="MemoryMb">The limit in mebibytes, or null for none.</param>
internal sealed record GameCommand(
    string Executable,
    ImmutableArray<string> Arguments,
    ImmutableArray<KeyValuePair<string, string>> Environment,
    int? MemoryMb)
{
    /// <summary>The folder it runs in: its own.</summary>
    public string WorkingDirectory => Path.GetDirectoryName(Executable)!;
}
