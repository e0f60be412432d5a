namespace PlayFlow.Core.Sqlite.Database;

/// <summary>What a committed transaction survives.</summary>
internal enum Durability
{
    /// <summary>The end of the process at any instruction; the machine's may take the last moments.</summary>
    Process,

    /// <summary>The end of the machine, too: every commit waits for the disk.</summary>
    Machine,
}
