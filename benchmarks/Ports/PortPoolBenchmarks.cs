using BenchmarkDotNet.Attributes;
using PlayFlow.Core.Ports;

namespace PlayFlow.Benchmarks.Ports;

/// <summary>
/// A port allocated and another released, held by a random one of those that hold one, with the pool of 10,000 filled to some part.
/// </summary>
/// <remarks>
/// In this order, which is a restart's, the floor as well as the pool finds another number free than the one that was released last:
/// released first, the bitmap would hand out the same number over and over from the cache word it has just written.
/// </remarks>
public class PortPoolBenchmarks
{
    private const int Size = 10_000;
    private const int Steps = 4_096;

    // So many steps later, a released number may be given again: less than are free at 99.9 %.
    private const int CoolDown = 4;

    // What the clock shows of a time in ticks.
    private const long EachStep = -1;
    private const long EveryFourthStep = -4;

    private static readonly PortProtocol[] Udp = [PortProtocol.Udp];
    private static readonly PortProtocol[] Both = [PortProtocol.Both];
    private static readonly int[] None = [0];

    private readonly int[] _order = new int[Steps];
    private int[] _held = [];
    private BareBitmap _bitmap = new();
    private PortPool _pool = new(PortRange.Create(30_000, 30_000 + Size - 1), TimeSpan.FromTicks(CoolDown));
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    [Params(10, 50, 99, 99.9)]
    public double PercentFull { get; set; }

    [GlobalSetup(Target = nameof(Bitmap))]
    public void FillBitmap()
    {
        _bitmap = new BareBitmap();
        for (var index = 0; index < Size; index++)
        {
            _bitmap.Release(index);
        }

        Fill(_bitmap.Allocate);
    }

    [GlobalSetup(Targets = [nameof(PoolUdp), nameof(PoolFourDue)])]
    public void FillPoolUdp() => FillPool(Udp);

    [GlobalSetup(Target = nameof(PoolUdpAndTcp))]
    public void FillPoolBoth() => FillPool(Both);

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps, Description = "bare bitmap")]
    public void Bitmap()
    {
        foreach (var place in _order)
        {
            var fresh = _bitmap.Allocate();
            _bitmap.Release(_held[place]);
            _held[place] = fresh;
        }
    }

    [Benchmark(OperationsPerInvoke = Steps, Description = "port pool, UDP")]
    public void PoolUdp() => Run(Udp, EachStep);

    [Benchmark(OperationsPerInvoke = Steps, Description = "port pool, UDP and TCP")]
    public void PoolUdpAndTcp() => Run(Both, EachStep);

    // Cool-downs that end together: the pool cannot pass a number on from one holder to the next without freeing it first.
    [Benchmark(OperationsPerInvoke = Steps, Description = "port pool, UDP, four due at once")]
    public void PoolFourDue() => Run(Udp, EveryFourthStep);

    private void Run(PortProtocol[] wanted, long clock)
    {
        // A time made of ticks costs next to nothing; one moved by a tick would be a tenth of what is measured.
        var ticks = _now.Ticks;
        foreach (var place in _order)
        {
            var now = new DateTimeOffset(++ticks & clock, TimeSpan.Zero);
            var fresh = 0;
            _pool.TryAllocate(wanted, None, now, new Span<int>(ref fresh));
            _pool.Release(_held[place], wanted[0], now);
            _held[place] = fresh;
        }

        _now = new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    private void FillPool(PortProtocol[] wanted)
    {
        _pool = new PortPool(_pool.Range, TimeSpan.FromTicks(CoolDown));
        Fill(() =>
        {
            var number = 0;
            _pool.TryAllocate(wanted, None, _now, new Span<int>(ref number));
            return number;
        });
    }

    private void Fill(Func<int> allocate)
    {
        var random = new Random(1);
        _held = new int[(int)(Size * PercentFull / 100)];
        for (var place = 0; place < _held.Length; place++)
        {
            _held[place] = allocate();
        }

        random.Shuffle(_held);
        for (var step = 0; step < Steps; step++)
        {
            _order[step] = random.Next(_held.Length);
        }
    }
}
