using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PlayFlow.Core.Servers;

namespace PlayFlow.Emulator.Api.Shared;

/// <summary>The machine a server runs on: made up of the server and the number of its machine, so that a restart shows a new one.</summary>
internal static class MachineId
{
    private const int Bytes = 7;

    /// <summary>The id, or null for a server that never got as far as a machine.</summary>
    public static string? Of(GameServer server)
    {
        var neverLaunched = server is { Machine: 1, StartedAt: null, StopReason: { } reason }
            && (reason == StopReason.StartupFailureUrl || reason == StopReason.StartupFailureDownload || reason == StopReason.StartupFailureExecutable);
        if (neverLaunched)
        {
            return null;
        }

        var name = string.Create(CultureInfo.InvariantCulture, $"{server.Id.Value}/{server.Machine}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, Bytes));
    }
}
