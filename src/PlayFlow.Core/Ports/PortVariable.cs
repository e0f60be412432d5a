using System.Text;

namespace PlayFlow.Core.Ports;

/// <summary>The environment variable that tells a game the number of one of its ports.</summary>
public static class PortVariable
{
    internal const string Prefix = "PLAYFLOW_PORT_";

    /// <summary>Its name: the port's name in capitals, every other character than A–Z and 0–9 as <c>_</c>.</summary>
    public static string NameOf(string portName)
    {
        var name = new StringBuilder(Prefix, Prefix.Length + portName.Length);
        foreach (var c in portName)
        {
            name.Append(c switch
            {
                >= 'a' and <= 'z' => (char)(c - 'a' + 'A'),
                (>= 'A' and <= 'Z') or (>= '0' and <= '9') => c,
                _ => '_',
            });
        }

        return name.ToString();
    }
}
