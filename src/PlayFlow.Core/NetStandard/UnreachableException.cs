namespace PlayFlow.Core.NetStandard;

/// <summary>What .NET throws where no program can get to.</summary>
internal sealed class UnreachableException(string message) : Exception(message);
