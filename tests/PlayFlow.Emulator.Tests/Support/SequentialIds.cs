using System.Globalization;
using PlayFlow.Core.Orchestration;

namespace PlayFlow.Emulator.Tests.Support;

/// <summary>Ids that a test can foresee: the first is <see cref="At"/> of 1.</summary>
internal sealed class SequentialIds : IIdSource
{
    private int _last;

    public static string At(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:D12}");

    public string Next() => At(Interlocked.Increment(ref _last));
}
