namespace PlayFlow.Core.Process.Artefacts;

/// <summary>One user at a time for each build. Keeps nothing of a build that nobody uses or waits for. Safe to call from any thread.</summary>
internal sealed class BuildTurns
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Turn> _turns = new(StringComparer.Ordinal);

    /// <summary>How many builds are used or waited for.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _turns.Count;
            }
        }
    }

    /// <summary>Waits for the turn, which ends when the result is disposed.</summary>
    public async Task<IDisposable> TakeAsync(string name, CancellationToken cancellationToken)
    {
        Turn turn;
        lock (_lock)
        {
            turn = _turns.TryGetValue(name, out var known) ? known : _turns[name] = new Turn(this, name);
            turn.Users++;
        }

        try
        {
            await turn.Free.WaitAsync(cancellationToken).ConfigureAwait(false);
            return turn;
        }
        catch
        {
            Leave(turn);
            throw;
        }
    }

    /// <summary>Takes the turn if nobody uses or waits for the build; null otherwise.</summary>
    public IDisposable? TryTake(string name)
    {
        lock (_lock)
        {
            if (_turns.ContainsKey(name))
            {
                return null;
            }

            var turn = _turns[name] = new Turn(this, name) { Users = 1 };
            turn.Free.Wait(0);
            return turn;
        }
    }

    private void Leave(Turn turn)
    {
        lock (_lock)
        {
            if (--turn.Users == 0)
            {
                _turns.Remove(turn.Name);
                turn.Free.Dispose();
            }
        }
    }

    private sealed class Turn(BuildTurns owner, string name) : IDisposable
    {
        public string Name => name;

        public int Users { get; set; }

        public SemaphoreSlim Free { get; } = new(1);

        public void Dispose()
        {
            Free.Release();
            owner.Leave(this);
        }
    }
}
