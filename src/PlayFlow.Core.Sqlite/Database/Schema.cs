namespace PlayFlow.Core.Sqlite.Database;

/// <summary>What kind of database a file is, and the steps that make it so.</summary>
/// <param name="Name">What a person calls it.</param>
/// <param name="ApplicationId">Marks files of this kind, so that one is not taken for another.</param>
/// <param name="Migrations">Migration <c>n</c> leads from version <c>n</c> to <c>n + 1</c>. Only ever appended to.</param>
internal sealed record Schema(string Name, int ApplicationId, IReadOnlyList<string> Migrations);
