using System.Runtime.InteropServices;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>Runs an emulator from its start to the signal that ends it.</summary>
internal static class Runner
{
    /// <summary>Returns 0 after a clean end.</summary>
    /// <exception cref="StartException">The emulator cannot start.</exception>
    public static async Task<int> RunAsync(EmulatorOptions options)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);

        // The file may be that of an emulator that lives, as long as the directory and the port are not this one's.
        await using var host = await EmulatorHost.StartAsync(options, listening: () => ReadyFile.Remove(options.ReadyFile));
        ReadyFile.Write(options.ReadyFile, host.Url, options.Keys);
        try
        {
            await Console.Out.WriteLineAsync(Banner.Of(host, options));
            await asked.Task;
        }
        finally
        {
            await host.StopAsync();
            ReadyFile.RemoveOwn(options.ReadyFile);
        }

        return 0;

        // A second signal finds the default action in place, for those who cannot wait.
        void End(PosixSignalContext signal) => signal.Cancel = asked.TrySetResult();
    }
}
