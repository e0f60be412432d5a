using System.Globalization;

namespace PlayFlow.Core.Ports;

/// <summary>A range of port numbers, both ends included.</summary>
public readonly record struct PortRange
{
    private PortRange(int first, int last)
    {
        First = first;
        Last = last;
    }

    /// <summary>The lowest number, 1 to 65,535.</summary>
    public int First { get; }

    /// <summary>The highest number, <see cref="First"/> to 65,535.</summary>
    public int Last { get; }

    /// <summary>How many numbers the range holds.</summary>
    public int Count => Last - First + 1;

    /// <summary>A checked range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not a port, or the ends are the wrong way round.</exception>
    public static PortRange Create(int first, int last)
    {
        if (first is < 1 or > 65535)
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, "A port is a number from 1 to 65535.");
        }

        if (last < first || last > 65535)
        {
            throw new ArgumentOutOfRangeException(nameof(last), last, "The range must end between its first port and 65535.");
        }

        return new PortRange(first, last);
    }

    /// <summary>Reads <c>30000-39999</c>; false when the text is anything else or the range is impossible.</summary>
    public static bool TryParse(string text, out PortRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (dash < 1
            || !int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || first < 1 || last < first || last > 65535)
        {
            return false;
        }

        range = new PortRange(first, last);
        return true;
    }

    /// <summary>True when the number lies in the range.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{First}-{Last}");
}
