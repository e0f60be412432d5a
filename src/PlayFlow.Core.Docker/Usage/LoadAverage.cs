using System.Globalization;

namespace PlayFlow.Core.Docker.Usage;

/// <summary>The load of this machine.</summary>
internal static class LoadAverage
{
    private const string Path = "/proc/loadavg";

    /// <summary>The average over the last minute, or null where the system does not tell.</summary>
    public static double? Read()
    {
        try
        {
            return double.TryParse(File.ReadAllText(Path).Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var load)
                ? load
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
