using System.Runtime.InteropServices;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>Runs an emulator from its start to the signal that ends it.</summary>
internal static class Runner
{
    private static readonly PosixSignal[] Ends = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    /// <summary>Returns 0 after a clean end, 1 when game servers were left running.</summary>
    /// <param name="options">What the emulator is told.</param>
    /// <param name="parts">What is put in the place of the real thing.</param>
    /// <param name="cancellationToken">Ends it like a signal.</param>
    /// <exception cref="StartException">The emulator cannot start.</exception>
    public static async Task<int> RunAsync(EmulatorOptions options, EmulatorParts? parts, CancellationToken cancellationToken)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancellation = cancellationToken.Register(() => asked.TrySetResult());
        var signals = Ends.Select(signal => PosixSignalRegistration.Create(signal, End)).ToList();
        try
        {
            if (await RunAsync(options, parts, asked.Task))
            {
                return 0;
            }

            await CommandLine.ComplainAsync("Not every game server ended in time; the rest is left running");
            return CommandLine.ServersLeft;
        }
        finally
        {
            signals.ForEach(static signal => signal.Dispose());
        }

        // A second signal finds the default action in place, for those who cannot wait.
        void End(PosixSignalContext signal) => signal.Cancel = asked.TrySetResult();
    }

    private static async Task<bool> RunAsync(EmulatorOptions options, EmulatorParts? parts, Task asked)
    {
        // The file may be that of an emulator that lives, as long as the directory and the port are not this one's.
        await using var host = await EmulatorHost.StartAsync(options, parts, () => ReadyFile.Remove(options.ReadyFile));
        ReadyFile.Write(options.ReadyFile, host.Url, options.Keys);
        var isClean = true;
        try
        {
            await Console.Out.WriteLineAsync(Banner.Of(host, options));
            await asked;
        }
        finally
        {
            isClean = await host.StopAsync();
            ReadyFile.RemoveOwn(options.ReadyFile);
        }

        return isClean;
    }
}
