// A game server in miniature: answers every datagram and every stream with what it received, on each port it was given.
// Run it by hand with:  PLAYFLOW_PORT_GAME=7777 dotnet run --project samples/EchoGameServer
//
// --ignore-ports        binds the port it was built for, whatever it was given: needs the platform's relay
// --port N              that port (7777)
// --never-open          opens nothing
// --crash-after MS      ends by itself after so many milliseconds, with --exit-code N (1)
// --log-rate N          writes so many lines a second
//
// --ask HOST:PORT TEXT  is a player instead: sends TEXT by UDP and by TCP, and prints what comes back
using System.Runtime.InteropServices;
using EchoGameServer;

if (args is ["--ask", var address, var text])
{
    return await Player.AskAsync(address, text);
}

var options = EchoOptions.Parse(args);
using var stopping = new CancellationTokenSource();
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

Console.WriteLine($"echo server: instance {Environment.GetEnvironmentVariable("PLAYFLOW_INSTANCE_ID") ?? "(none)"}");
var work = new List<Task>();
foreach (var port in options.Ports())
{
    if (EchoPort.TryOpen(port) is not { } open)
    {
        Console.Error.WriteLine($"echo server: cannot bind port {port}");
        return 1;
    }

    Console.WriteLine($"echo server: listening on {open}");
    work.Add(open.RunAsync(stopping.Token));
}

if (options.LogRate > 0)
{
    work.Add(Chatter.RunAsync(options.LogRate, stopping.Token));
}

try
{
    await Task.Delay(options.CrashAfter ?? Timeout.InfiniteTimeSpan, TimeProvider.System, stopping.Token);
    Console.Error.WriteLine($"echo server: ending with code {options.ExitCode}");
    return options.ExitCode;
}
catch (OperationCanceledException)
{
    await Task.WhenAll(work);
    Console.WriteLine("echo server: stopped");
    return 0;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    Console.WriteLine("echo server: asked to stop");
    stopping.Cancel();
}
