namespace PlayFlow.Core.Projects;

/// <summary>A project: a key pair, a plan, and settings; its servers and builds are visible to its keys alone. Immutable.</summary>
/// <param name="Id">The project.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Keys">Its two keys.</param>
/// <param name="Plan">What it may do.</param>
/// <param name="Settings">What its servers start with.</param>
public sealed record Project(ProjectId Id, string Name, ProjectKeys Keys, Plan Plan, ProjectSettings Settings);
