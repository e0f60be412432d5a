namespace PlayFlow.Tests.Kit;

internal static partial class TestPorts
{
    private const int First = 17_000;
    private const int Last = 20_999;

    private static Lock Starting { get; } = new();
}
