using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Process.Readiness;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using OsProcess = System.Diagnostics.Process;

namespace PlayFlow.Core.Process.Portable;

/// <summary>
/// A game as .NET's own process class runs it. Its output is drained into files without ever waiting, and read from there.
/// Ending the tree misses processes that left it, except on Windows, where a job object holds them all.
/// </summary>
internal sealed partial class PortableGameProcess : GameProcess
{
    private const int SigTerm = 15;
    private const int TextFileBusy = 26;
    private const int Attempts = 100;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly OsProcess _process;
    private readonly IDisposable? _job;
    private readonly HashSet<(int Port, PortProtocol Protocol)> _heldBefore;
    private readonly TimeProvider _time;
    private readonly Task _drained;

    private PortableGameProcess(
        OsProcess process, IDisposable? job, HashSet<(int Port, PortProtocol Protocol)> heldBefore, LaunchDirectory directory, TimeProvider time)
    {
        _process = process;
        _job = job;
        _heldBefore = heldBefore;
        _time = time;
        _drained = Task.WhenAll(
            DrainAsync(process.StandardOutput.BaseStream, directory.Output), DrainAsync(process.StandardError.BaseStream, directory.Errors));
        Completion = RunAsync();
    }

    public override Task<ComputeExit> Completion { get; }

    public static PortableGameProcess Start(
        GameCommand command, LaunchDirectory directory, HashSet<(int Port, PortProtocol Protocol)> heldBefore, TimeProvider time, Action<TimeSpan> pause)
    {
        var start = new ProcessStartInfo(command.Executable, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = StartOnceClosed(start, pause);
            directory.WriteProcess(new ProcessRecord(process.Id, StartOf(process)));
            process.StandardInput.Close();
            var job = OperatingSystem.IsWindows() ? WindowsJob.TryHold(process) : null;
            return new PortableGameProcess(process, job, heldBefore, directory, time);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, "the executable cannot be run: " + e.Message, e);
        }
    }

    public override bool Owns(BoundSocket socket) => !_heldBefore.Contains((socket.Port, socket.Protocol)) && !Completion.IsCompleted;

    /// <summary>What the main process uses; null once it has ended. Processes it started are not counted.</summary>
    public ComputeSample? Sample()
    {
        try
        {
            // Another object than the one that waits for the end: it is not made to be used by two threads.
            using var process = Completion.IsCompleted ? null : OsProcess.GetProcessById(_process.Id);
            return process is null
                ? null
                : new ComputeSample { CpuTime = process.TotalProcessorTime, MemoryBytes = process.WorkingSet64 };
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    // Windows has no signal that asks: there it ends at once.
    public override void Terminate()
    {
        if (OperatingSystem.IsWindows())
        {
            Kill();
        }
        else if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, SigTerm);
        }
    }

    public override void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Gone already, as wanted.
        }
    }

    public override async Task<bool> EndStragglersAsync()
    {
        _job?.Dispose();
        try
        {
            await _drained.WaitAsync(DrainLimit, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            // Something still holds the game's output open, and so is still there.
            return false;
        }
    }

    public override void Dispose()
    {
        if (!Completion.IsCompleted)
        {
            Kill();
        }

        _job?.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    // Whatever else this program starts at this moment has a copy of what is still open for writing here, the executable just unpacked
    // perhaps. That is over when the other one's program begins.
    private static OsProcess StartOnceClosed(ProcessStartInfo start, Action<TimeSpan> pause)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                lock (DescriptorGate.Lock)
                {
                    return OsProcess.Start(start)!;
                }
            }
            catch (Win32Exception e) when (e.NativeErrorCode == TextFileBusy && !OperatingSystem.IsWindows() && attempt < Attempts)
            {
                pause(BetweenAttempts);
            }
        }
    }

    // One that has ended already tells nothing, and nothing has to be found by it: no process is as old as the calendar.
    private static long StartOf(OsProcess process)
    {
        try
        {
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return 0;
        }
    }

    private static async Task DrainAsync(Stream pipe, string path)
    {
        var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await using (file.ConfigureAwait(false))
        {
            await pipe.CopyToAsync(file).ConfigureAwait(false);
        }
    }

    private async Task<ComputeExit> RunAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        var status = _process.ExitCode;
        _process.Dispose();
        return !OperatingSystem.IsWindows() && ExitStatus.SignalOf(status, shellSpoke: true) is { } signal
            ? ComputeExit.Signaled(signal)
            : ComputeExit.Exited(status);
    }
}
