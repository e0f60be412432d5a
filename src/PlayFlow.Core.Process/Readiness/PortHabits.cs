using System.Collections.Concurrent;
using PlayFlow.Core.Process.Launching;

namespace PlayFlow.Core.Process.Readiness;

/// <summary>
/// What builds were seen to do with the ports they are given, in this run: whether they bind them or the ones they are
/// configured for. A launch that was told its port by a token counts apart from one that was not.
/// </summary>
internal sealed class PortHabits
{
    private readonly ConcurrentDictionary<Habit, bool> _binds = new();

    /// <summary>Remembers what a launch did.</summary>
    public void Learn(string build, RecordedPort port, bool bindsGiven) => _binds[Of(build, port)] = bindsGiven;

    /// <summary>True when the build binds the port it is given, as far as is known or can be told.</summary>
    public bool BindsGiven(string build, RecordedPort port) => _binds.TryGetValue(Of(build, port), out var binds) ? binds : port.IsTold;

    /// <summary>True when the build was seen to bind the port it is configured for instead.</summary>
    public bool IgnoresGiven(string build, RecordedPort port) => _binds.TryGetValue(Of(build, port), out var binds) && !binds;

    private static Habit Of(string build, RecordedPort port) => new(build, port.Name, port.IsTold);

    private readonly record struct Habit(string Build, string Port, bool IsTold);
}
