using System.Collections.Immutable;

namespace PlayFlow.Core.Projects;

/// <summary>How many warm servers a project keeps.</summary>
/// <param name="Enabled">Whether any are kept.</param>
/// <param name="Targets">How many of each region and size.</param>
public sealed record PoolConfig(bool Enabled, ImmutableArray<PoolTarget> Targets);

/// <summary>A number of warm servers of one region and size.</summary>
/// <param name="Region">The region's id.</param>
/// <param name="Size">The size's name.</param>
/// <param name="Count">How many, 0 or more.</param>
public readonly record struct PoolTarget(string Region, string Size, int Count);
