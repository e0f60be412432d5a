using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace OwnProvider;

/// <summary>A game server that is a task: what its game is told, and what it can say.</summary>
public sealed class GameTask(LaunchRequest request, IComputeObserver observer) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _killed = new();
    private long _position;

    public LaunchRequest Request => request;

    /// <summary>The game is asked to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The game must end at once: nothing can make a task do so but itself.</summary>
    public CancellationToken Killed => _killed.Token;

    public ComputeStatus Status { get; private set; } = new(request.Id, null, PortsOpen: false);

    /// <summary>Players can connect.</summary>
    public void Open()
    {
        Status = Status with { PortsOpen = true };
        observer.ReportPortsOpen(request.Id);
    }

    public ValueTask WriteLineAsync(string line, LogLevel level = LogLevel.Info) =>
        observer.ReportLogAsync(request.Id, [new ComputeLogLine(level, line, ++_position)], CancellationToken.None);

    public void Dispose()
    {
        _stopping.Dispose();
        _killed.Dispose();
    }

    internal void Stop(StopMode mode)
    {
        try
        {
            _stopping.Cancel();
            if (mode is StopMode.Kill)
            {
                _killed.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // Forgotten at this very moment: it has ended.
        }
    }

    internal async Task RunAsync(Func<GameTask, Task<int>> play)
    {
        var exit = await Task.Run(async () =>
        {
            try
            {
                return ComputeExit.Exited(await play(this));
            }
            catch (OperationCanceledException)
            {
                return ComputeExit.Signaled(_killed.IsCancellationRequested ? 9 : 15);
            }
#pragma warning disable CA1031 // whatever a game throws is how it crashed
            catch (Exception e)
#pragma warning restore CA1031
            {
                return ComputeExit.Exited(1) with { Message = e.Message };
            }
        });
        Status = Status with { Exit = exit };
        observer.ReportEnded(request.Id, exit);
    }
}
