using PlayFlow.Core.Builds;

namespace PlayFlow.Emulator.Uploads;

/// <summary>One piece of work at a time on each build's files. Whoever deletes a build can end the work in progress.</summary>
internal sealed class BuildGates
{
    private readonly Lock _lock = new();
    private readonly Dictionary<BuildId, Gate> _gates = [];

    /// <summary>Enters at once, or returns null when someone else is in.</summary>
    public async ValueTask<Pass?> TryEnterAsync(BuildId build, CancellationToken cancellationToken)
    {
        var gate = Join(build);
        if (await gate.Door.WaitAsync(TimeSpan.Zero, CancellationToken.None))
            return new Pass(this, build, gate, cancellationToken);

        Leave(build, gate);
        return null;
    }

    /// <summary>Enters once everyone before has left.</summary>
    public async ValueTask<Pass> EnterAsync(BuildId build, CancellationToken cancellationToken)
    {
        var gate = Join(build);
        try
        {
            await gate.Door.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(build, gate);
            throw;
        }

        return new Pass(this, build, gate, cancellationToken);
    }

    /// <summary>Ends the work in progress and enters after it.</summary>
    public async ValueTask<Pass> EvictAsync(BuildId build, CancellationToken cancellationToken)
    {
        var gate = Join(build);
        lock (_lock)
        {
            gate.Evictions++;
            gate.Current?.Evict();
        }

        try
        {
            await gate.Door.WaitAsync(cancellationToken);
        }
        catch
        {
            EndEviction(gate);
            Leave(build, gate);
            throw;
        }

        EndEviction(gate);
        return new Pass(this, build, gate, cancellationToken);
    }

    private void EndEviction(Gate gate)
    {
        lock (_lock)
            gate.Evictions--;
    }

    private Gate Join(BuildId build)
    {
        lock (_lock)
        {
            if (!_gates.TryGetValue(build, out var gate))
                _gates.Add(build, gate = new Gate());
            gate.Users++;
            return gate;
        }
    }

    private void Leave(BuildId build, Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Users > 0)
                return;
            _gates.Remove(build);
        }

        gate.Door.Dispose();
    }

    /// <summary>The right to work on a build's files, until disposed.</summary>
    internal sealed class Pass : IDisposable
    {
        private readonly BuildGates _gates;
        private readonly BuildId _build;
        private readonly Gate _gate;
        private readonly CancellationTokenSource _ended;

        internal Pass(BuildGates gates, BuildId build, Gate gate, CancellationToken cancellationToken)
        {
            (_gates, _build, _gate) = (gates, build, gate);
            _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            lock (gates._lock)
            {
                gate.Current = this;

                // Someone who waited beside the one who deletes may get in first; there is nothing left to work for.
                if (gate.Evictions > 0)
                    Evict();
            }
        }

        /// <summary>Cancelled when the caller's own token is, or the build is deleted.</summary>
        public CancellationToken Ended => _ended.Token;

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (_gates._lock)
                _gate.Current = null;
            _ended.Dispose();
            _gate.Door.Release();
            _gates.Leave(_build, _gate);
        }

        // Called with the lock held, so that the source is not disposed meanwhile; the callbacks of a cancellation must not run there.
        internal void Evict() => _ = _ended.CancelAsync();
    }

    internal sealed class Gate
    {
        public SemaphoreSlim Door { get; } = new(1, 1);

        public Pass? Current { get; set; }

        public int Users { get; set; }

        public int Evictions { get; set; }
    }
}
