namespace PlayFlow.Tests.Kit;

internal static partial class TestPorts
{
    private const int First = 12_000;
    private const int Last = 16_999;

    private static Lock Starting { get; } = new();
}
