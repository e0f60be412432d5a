using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Tests.Kit;

internal static partial class TestPorts
{
    private const int First = 21_000;
    private const int Last = 29_999;

    private static Lock Starting => DescriptorGate.Lock;
}
