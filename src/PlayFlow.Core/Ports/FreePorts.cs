namespace PlayFlow.Core.Ports;

/// <summary>Which indices of a range are free: for UDP, for TCP, and for both at once.</summary>
internal sealed class FreePorts
{
    private readonly PortBitmap _udp;
    private readonly PortBitmap _tcp;
    private readonly PortBitmap _both;

    /// <summary>Every index from 0 below the size, free for both.</summary>
    public FreePorts(int size)
    {
        _udp = new PortBitmap(size);
        _tcp = new PortBitmap(size);
        _both = new PortBitmap(size);
        for (var index = 0; index < size; index++)
        {
            Add(index, PortProtocol.Both);
        }
    }

    public int Count(PortProtocol protocol) => For(protocol).Count;

    /// <summary>The protocols an index is free for.</summary>
    public PortProtocol Of(int index) =>
        (_udp.Contains(index) ? PortProtocol.Udp : PortProtocol.None) | (_tcp.Contains(index) ? PortProtocol.Tcp : PortProtocol.None);

    /// <summary>The lowest index free for all of the protocols, or -1.</summary>
    public int Lowest(PortProtocol protocol) => For(protocol).Lowest();

    /// <summary>The lowest such index above another, or -1.</summary>
    public int Above(int index, PortProtocol protocol) => For(protocol).Above(index);

    /// <summary>Takes out an index that is free for the protocols; none of them is harmless.</summary>
    public void Remove(int index, PortProtocol protocol)
    {
        if (protocol != PortProtocol.None && _both.Contains(index))
        {
            _both.Remove(index);
        }

        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udp.Remove(index);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcp.Remove(index);
        }
    }

    /// <summary>Puts back an index that is not free for any of the protocols.</summary>
    public void Add(int index, PortProtocol protocol)
    {
        if ((protocol & PortProtocol.Udp) != 0)
        {
            _udp.Add(index);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            _tcp.Add(index);
        }

        if (Of(index) == PortProtocol.Both)
        {
            _both.Add(index);
        }
    }

    private PortBitmap For(PortProtocol protocol) => protocol switch
    {
        PortProtocol.Udp => _udp,
        PortProtocol.Tcp => _tcp,
        _ => _both,
    };
}
