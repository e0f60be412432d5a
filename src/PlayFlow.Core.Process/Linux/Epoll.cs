using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Descriptors that one thread waits for until any of them can be read. Others may be added and removed meanwhile.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Epoll : IDisposable
{
    private const int Most = 64;
    private const int LargestEvent = 16;

    // The kernel's event is packed to 12 bytes on x86-64 and padded to 16 elsewhere; the data follows the padding.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : LargestEvent;

    private readonly byte[] _events = GC.AllocateUninitializedArray<byte>(Most * LargestEvent);
    private readonly int[] _ready = new int[Most];
    private readonly int _epoll = Libc.EpollCreate(Libc.CloseOnExec);

    /// <summary>False when the system watches no more.</summary>
    public bool TryAdd(int descriptor) => Control(Libc.EpollAdd, descriptor) == 0;

    /// <summary>Waits for a descriptor no longer; before it is closed.</summary>
    public void Remove(int descriptor) => Control(Libc.EpollRemove, descriptor);

    /// <summary>Waits until some can be read, or for so long; for ever when negative. Of use until the next call.</summary>
    public unsafe ReadOnlySpan<int> Wait(TimeSpan longest)
    {
        fixed (byte* events = _events)
        {
            var milliseconds = longest < TimeSpan.Zero ? -1 : (int)Math.Min(int.MaxValue, Math.Ceiling(longest.TotalMilliseconds));
            var count = Math.Max(0, Libc.EpollWait(_epoll, events, Most, milliseconds));
            for (var i = 0; i < count; i++)
            {
                _ready[i] = *(int*)(events + (i * EventBytes) + EventBytes - sizeof(long));
            }

            return _ready.AsSpan(0, count);
        }
    }

    public void Dispose() => _ = Libc.Close(_epoll);

    private unsafe int Control(int operation, int descriptor)
    {
        var epollEvent = stackalloc byte[LargestEvent];
        *(uint*)epollEvent = Libc.EpollIn;
        *(long*)(epollEvent + EventBytes - sizeof(long)) = descriptor;
        return Libc.EpollControl(_epoll, operation, descriptor, epollEvent);
    }
}
