using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using HdrHistogram;

namespace PlayFlow.Benchmarks.Relay;

/// <summary>What a round of datagrams came to.</summary>
/// <param name="PerSecond">Answered a second.</param>
/// <param name="Busy">The share of the time that the generator's thread was at work.</param>
/// <param name="Count">How many were answered.</param>
/// <param name="AllocatedBytes">What this process allocated meanwhile.</param>
/// <param name="Lost">Not answered in time.</param>
internal readonly record struct DatagramRound(double PerSecond, double Busy, long Count, long AllocatedBytes, long Lost);

/// <summary>
/// Sends datagrams to an echo and takes the answers, from one thread, which sleeps while there are none. Each client sends bursts, the
/// next one when the last is answered.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class DatagramLoad : IDisposable
{
    private const int ThreadClock = 3;
    private const int UnderWay = 128;
    private const int MostLanes = 64;
    private const int FewestLanes = 16;
    private const int LargestDatagram = 1_500;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly long LongestLatency = (long)TimeSpan.FromSeconds(10).TotalNanoseconds;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly DatagramBatch _out;
    private readonly DatagramBatch _in;
    private readonly int[] _awaited = new int[MostLanes];

    /// <summary>A generator for the echo at a port.</summary>
    public DatagramLoad(int port)
    {
        _out = new DatagramBatch(MostLanes, UnderWay / FewestLanes * LargestDatagram, port);
        _in = new DatagramBatch(UnderWay, LargestDatagram, port);
        _socket.ReceiveBufferSize = 1 << 20;
        _socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
    }

    /// <summary>Keeps <see cref="UnderWay"/> datagrams under way, in equal parts from so many clients, for some time.</summary>
    public DatagramRound Flood(int clients, int bytes, TimeSpan time)
    {
        var lanes = Math.Clamp(clients, FewestLanes, MostLanes);
        var burst = UnderWay / lanes;
        var (answered, lost) = (0L, 0L);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = ThreadCpu();
        var clock = Stopwatch.StartNew();
        var bursts = Begin(lanes, clients, burst, bytes);
        while (clock.Elapsed < time)
        {
            _out.Send(_socket, bursts);
            var count = _in.Receive(_socket);
            answered += count;
            if (count == 0)
            {
                lost += UnderWay;
                bursts = Begin(lanes, clients, burst, bytes);
                continue;
            }

            bursts = 0;
            for (var i = 0; i < count; i++)
            {
                var lane = *(int*)_in.Message(i);
                if (--_awaited[lane] == 0)
                {
                    Write(bursts++, lane, clients, burst, bytes);
                }
            }
        }

        var round = new DatagramRound(
            answered / clock.Elapsed.TotalSeconds,
            (ThreadCpu() - cpu) / clock.Elapsed,
            answered,
            GC.GetTotalAllocatedBytes(precise: true) - allocated,
            lost);
        Drain();
        return round;
    }

    /// <summary>Sends one datagram after the other, each once the one before was answered, and notes how long each took.</summary>
    /// <param name="clients">Whose turn it is changes with each.</param>
    /// <param name="bytes">The size.</param>
    /// <param name="time">How long to go on.</param>
    /// <param name="latencies">In nanoseconds; added to.</param>
    public void Ping(int clients, int bytes, TimeSpan time, LongHistogram latencies)
    {
        var clock = Stopwatch.StartNew();
        for (var client = 0; clock.Elapsed < time; client = (client + 1) % clients)
        {
            Write(0, client, clients, 1, bytes);
            var from = Stopwatch.GetTimestamp();
            _out.Send(_socket, 1);
            if (_in.Receive(_socket) > 0)
            {
                latencies.RecordValue((long)Stopwatch.GetElapsedTime(from).TotalNanoseconds);
            }
        }
    }

    /// <summary>A histogram for <see cref="Ping"/>.</summary>
    public static LongHistogram NewHistogram() => new(LongestLatency, 3);

    public void Dispose()
    {
        _socket.Dispose();
        _out.Dispose();
        _in.Dispose();
    }

    private int Begin(int lanes, int clients, int burst, int bytes)
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            Write(lane, lane, clients, burst, bytes);
        }

        return lanes;
    }

    // The next burst of a lane; the first client may have several.
    private void Write(int index, int lane, int clients, int burst, int bytes)
    {
        _awaited[lane] = burst;
        _out.Write(index, lane % clients, burst, bytes);
        for (var i = 0; i < burst; i++)
        {
            *(int*)(_out.Message(index) + (i * bytes)) = lane;
        }
    }

    // What is still under way is not the next round's.
    private void Drain()
    {
        while (_in.Receive(_socket) > 0)
        {
        }
    }

    private static TimeSpan ThreadCpu()
    {
        long* time = stackalloc long[2];
        _ = GetTime(ThreadClock, time);
        return new TimeSpan((time[0] * TimeSpan.TicksPerSecond) + (time[1] / TimeSpan.NanosecondsPerTick));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, long* time);
}
