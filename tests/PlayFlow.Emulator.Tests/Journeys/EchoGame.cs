using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>The sample game server, as an archive and as its players see it.</summary>
internal static class EchoGame
{
    public const string Executable = "EchoGameServer";

    /// <summary>Lets the game find the runtime where this process found it.</summary>
    public static string Variables => $$"""{"DOTNET_ROOT":"{{RuntimeRoot.Replace("\\", "\\\\", StringComparison.Ordinal)}}"}""";

    private static string RuntimeRoot =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The archive that a game team would upload.</summary>
    public static byte[] Zip()
    {
        var folder = Path.Combine(Repository.Root, "samples", "EchoGameServer", "bin", Repository.Configuration, "net10.0");
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var file in Directory.GetFiles(folder, "EchoGameServer*"))
            {
                zip.CreateEntryFromFile(file, Path.GetFileName(file));
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A player's word, and what came back by datagram.</summary>
    public static async Task<string> AskByUdpAsync(int port, string word)
    {
        using var socket = new UdpClient();
        socket.Connect(IPAddress.Loopback, port);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await socket.SendAsync(Encoding.UTF8.GetBytes(word), patience.Token);
        return Encoding.UTF8.GetString((await socket.ReceiveAsync(patience.Token)).Buffer);
    }

    /// <summary>A player's word, and what came back by stream.</summary>
    public static async Task<string> AskByTcpAsync(int port, string word)
    {
        using var socket = new TcpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await socket.ConnectAsync(IPAddress.Loopback, port, patience.Token);
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(word), patience.Token);
        var buffer = new byte[word.Length];
        await socket.GetStream().ReadExactlyAsync(buffer, patience.Token);
        return Encoding.UTF8.GetString(buffer);
    }

    /// <summary>True when nobody holds the number.</summary>
    public static bool IsFree(int port) => TestPorts.Apart(() =>
    {
        try
        {
            using var udp = new UdpClient(new IPEndPoint(IPAddress.Any, port));
            using var tcp = new TcpListener(IPAddress.Any, port);
            tcp.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    /// <summary>How many processes have a directory's path in their environment: those that were launched out of it.</summary>
    public static int ProcessesOf(string directory) => Directory.GetDirectories("/proc").Count(folder =>
    {
        try
        {
            return int.TryParse(Path.GetFileName(folder), out _)
                && File.ReadAllText(Path.Combine(folder, "environ")).Contains(directory, StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is somebody else's.
            return false;
        }
    });
}
