using System.Text;
using PlayFlow.Core.Ports;

namespace PlayFlow.Core.Compute;

/// <summary>How a game is told the ports it was given: the token <c>{port:name}</c> and the variables <c>PLAYFLOW_PORT_NAME</c>.</summary>
public static class PortTokens
{
    /// <summary>What the names of the variables begin with.</summary>
    public const string VariablePrefix = PortVariable.Prefix;

    private const string TokenStart = "{port:";

    /// <summary>
    /// Replaces each <c>{port:name}</c> by the external number of the port of that exact name. A token that names no port
    /// stays as it is.
    /// </summary>
    public static string Replace(string text, IReadOnlyList<NetworkPort> ports)
    {
        var start = text.IndexOf(TokenStart, StringComparison.Ordinal);
        if (start < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var copied = 0;
        while (start >= 0)
        {
            var end = text.IndexOf('}', start);
            if (end < 0)
            {
                break;
            }

            var next = start + TokenStart.Length;
            if (Find(text.AsSpan(next, end - next), ports) is { } port)
            {
                result.Append(text, copied, start - copied).Append(port.ExternalPort);
                copied = next = end + 1;
            }

            start = text.IndexOf(TokenStart, next, StringComparison.Ordinal);
        }

        return result.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>True when the text holds the token of that port.</summary>
    public static bool Mentions(string text, string portName) =>
        text.Contains(TokenStart + portName + "}", StringComparison.Ordinal);

    /// <summary>The variable that holds a port's number: its name in capitals, every other character than A–Z and 0–9 as <c>_</c>.</summary>
    public static string VariableName(string portName) => PortVariable.NameOf(portName);

    private static NetworkPort? Find(ReadOnlySpan<char> name, IReadOnlyList<NetworkPort> ports)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            if (name.SequenceEqual(ports[i].Name.AsSpan()))
            {
                return ports[i];
            }
        }

        return null;
    }
}
