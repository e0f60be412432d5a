using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace PlayFlow.Benchmarks.Emulator;

/// <summary>A web program under measurement, a native file or a dll.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;

    private RunningProgram(Process process, int port)
    {
        _process = process;
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Client { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Boot { get; private set; }

    /// <summary>Memory resident now, in megabytes; Linux only, elsewhere the working set.</summary>
    public double ResidentMb => ReadMb("VmRSS") ?? _process.WorkingSet64 / 1e6;

    /// <summary>The most memory that was ever resident, in megabytes.</summary>
    public double PeakMb => ReadMb("VmHWM") ?? _process.PeakWorkingSet64 / 1e6;

    /// <summary>Starts a program and waits for its first answer.</summary>
    public static async Task<RunningProgram> StartAsync(string file, int port, params string[] arguments)
    {
        var (executable, all) = file.EndsWith(".dll", StringComparison.Ordinal) ? ("dotnet", [file, .. arguments]) : (file, arguments);
        var start = new ProcessStartInfo(executable, all) { RedirectStandardOutput = true, RedirectStandardError = true };

        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var program = new RunningProgram(process, port);
        while (!await AnswersAsync(port))
        {
            if (process.HasExited || clock.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new InvalidOperationException($"{file} does not answer.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        program.Boot = clock.Elapsed;
        return program;
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (OperatingSystem.IsWindows())
        {
            _process.Kill();
        }
        else if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", _process.Id.ToString(CultureInfo.InvariantCulture));
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // A bare socket: the first request of an HttpClient would cost more than what is measured.
    private static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            await socket.SendAsync("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray());
            var answer = new byte[64];
            var length = await socket.ReceiveAsync(answer);
            return answer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private double? ReadMb(string name)
    {
        var file = $"/proc/{_process.Id}/status";
        return File.Exists(file) && File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024
            : null;
    }
}
