using System.Diagnostics;
using System.Net.Sockets;
using HdrHistogram;

namespace PlayFlow.Benchmarks.Http;

/// <summary>What a round came to.</summary>
/// <param name="PerSecond">Answers a second.</param>
/// <param name="Latencies">In microseconds.</param>
internal sealed record Round(double PerSecond, LongHistogram Latencies);

/// <summary>
/// Keeps a request on each of its connections at any time. One thread, no parsing but for the length, the system's calls being
/// nearly all it costs: the rest of the machine is the server's.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    public const int Connections = 32;

    private static readonly long LongestLatency = (long)TimeSpan.FromMinutes(1).TotalMicroseconds;

    private readonly Dictionary<Socket, KeptConnection> _connections;
    private readonly List<Socket> _ready = new(Connections);

    public LoadGenerator(int port) =>
        _connections = Enumerable.Range(0, Connections).Select(_ => new KeptConnection(port)).ToDictionary(connection => connection.Socket);

    /// <summary>Sends one request again and again for some time.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ids">The ids it is sent with, again and again from the first; may be empty.</param>
    /// <param name="time">How long. The first part of it is not counted.</param>
    /// <param name="answered">Told the body of each answer.</param>
    public Round Run(Request request, IReadOnlyList<byte[]> ids, TimeSpan time, Action<ReadOnlySpan<byte>>? answered = null)
    {
        var histogram = new LongHistogram(LongestLatency, 3);
        var clock = Stopwatch.StartNew();
        var ramp = time / 4;
        long sent = 0;
        Exchange(
            () => clock.Elapsed < time ? request.With(ids.Count == 0 ? default : ids[(int)(sent++ % ids.Count)]) : default,
            (body, latency) =>
            {
                if (clock.Elapsed > ramp)
                {
                    histogram.RecordValue(latency);
                }

                answered?.Invoke(body);
            });
        return new Round(histogram.TotalCount / (clock.Elapsed - ramp).TotalSeconds, histogram);
    }

    /// <summary>Sends a request so many times, with each id once if there are any.</summary>
    public void Run(Request request, IReadOnlyList<byte[]> ids, int count, Action<ReadOnlySpan<byte>>? answered = null)
    {
        var sent = 0;
        Exchange(
            () => sent < count ? request.With(sent++ < ids.Count ? ids[sent - 1] : default) : default,
            (body, _) => answered?.Invoke(body));
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }
    }

    private void Exchange(Next next, Answered answered)
    {
        var busy = new List<Socket>(Connections);
        foreach (var (socket, connection) in _connections)
        {
            Send(socket, connection);
        }

        while (busy.Count > 0)
        {
            _ready.Clear();
            _ready.AddRange(busy);
            Socket.Select(_ready, null, null, Timeout.InfiniteTimeSpan);
            foreach (var socket in _ready)
            {
                var connection = _connections[socket];
                if (connection.TryReceive(out var body, out var latency))
                {
                    answered(body, latency);
                    busy.Remove(socket);
                    Send(socket, connection);
                }
            }
        }

        void Send(Socket socket, KeptConnection connection)
        {
            if (next() is { IsEmpty: false } request)
            {
                connection.Send(request);
                busy.Add(socket);
            }
        }
    }

    // What to send next; nothing at the end.
    private delegate ReadOnlySpan<byte> Next();

    private delegate void Answered(ReadOnlySpan<byte> body, long latency);
}
