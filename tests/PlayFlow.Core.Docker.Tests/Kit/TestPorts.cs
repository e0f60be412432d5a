namespace PlayFlow.Tests.Kit;

internal static partial class TestPorts
{
    private const int First = 12_000;
    private const int Last = 20_999;

    // Containers are started by the engine.
    private static Lock Starting { get; } = new();
}
