namespace PlayFlow.Core.Projects;

/// <summary>Which key may do what, and which operations spend the smaller, writing allowance.</summary>
public static class KeyRights
{
    /// <summary>
    /// True when the key may do it. The service publishes only that the client key is "a limited, client-safe subset"; list, get
    /// and start are what shipped games do with it.
    /// </summary>
    /// <param name="kind">The kind of key.</param>
    /// <param name="operation">What is asked for.</param>
    /// <param name="clientMayStart">Whether game clients may start servers.</param>
    public static bool Allows(KeyKind kind, ApiOperation operation, bool clientMayStart = true) =>
        kind is KeyKind.Server
        || operation is ApiOperation.ListServers or ApiOperation.GetServer
        || (operation is ApiOperation.StartServer && clientMayStart);

    /// <summary>True for operations that change something.</summary>
    public static bool IsWrite(ApiOperation operation) => operation is
        ApiOperation.StartServer or ApiOperation.UpdateServer or ApiOperation.RestartServer or ApiOperation.StopServer
        or ApiOperation.WriteBuilds or ApiOperation.WriteProject;
}
