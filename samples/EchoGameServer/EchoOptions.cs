using System.Collections;
using System.Globalization;

namespace EchoGameServer;

/// <summary>What the command line asks for.</summary>
internal sealed record EchoOptions(
    bool IgnorePorts, bool NeverOpen, int Port, int LogRate, int ExitCode, TimeSpan? CrashAfter)
{
    private const string PortPrefix = "PLAYFLOW_PORT_";

    public static EchoOptions Parse(string[] args)
    {
        int? Number(string name)
        {
            var at = Array.IndexOf(args, name);
            return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : null;
        }

        return new EchoOptions(
            args.Contains("--ignore-ports"),
            args.Contains("--never-open"),
            Number("--port") ?? 7777,
            Number("--log-rate") ?? 0,
            Number("--exit-code") ?? 1,
            Number("--crash-after") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
    }

    /// <summary>The ports to open: those the platform gave in PLAYFLOW_PORT_NAME, or the one it was built for.</summary>
    public int[] Ports()
    {
        if (NeverOpen)
        {
            return [];
        }

        var given = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith(PortPrefix, StringComparison.Ordinal))
            .Select(variable => int.Parse((string)variable.Value!, CultureInfo.InvariantCulture))
            .Distinct()
            .ToArray();
        return IgnorePorts || given.Length == 0 ? [Port] : given;
    }
}
