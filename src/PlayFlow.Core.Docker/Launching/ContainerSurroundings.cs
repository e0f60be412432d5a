namespace PlayFlow.Core.Docker.Launching;

/// <summary>What a container is given beside what the launch asks for.</summary>
/// <param name="Owner">The provider it belongs to.</param>
/// <param name="DataDirectory">Its data directory, to be told to people.</param>
/// <param name="BindAddress">The address ports are published on.</param>
/// <param name="TerminatesTls">Whether TCP ports with TLS are published on loopback alone, for the one who speaks TLS in front of them.</param>
/// <param name="ConfigMount">How the folder of <c>playflow.json</c> is shown, or null when the file is copied.</param>
/// <param name="LimitMemory">Whether it is held to the memory of its size.</param>
/// <param name="MaxProcesses">How many processes and threads it may have.</param>
/// <param name="HasInit">Whether the engine's init program runs first: it passes signals on to a game that does not handle them.</param>
internal sealed record ContainerSurroundings(
    string Owner, string DataDirectory, string BindAddress, bool TerminatesTls, string? ConfigMount, bool LimitMemory, int MaxProcesses, bool HasInit);
