namespace PlayFlow.Core.Ports;

/// <summary>
/// Whether each index of a range is free, cooling or held, for UDP and for TCP apart: as bits, those of 64 indices beside one
/// another in memory, with summaries above that find the lowest free one.
/// </summary>
internal sealed class PortStates
{
    private readonly Word[] _words;
    private PortWordSet _udp;
    private PortWordSet _tcp;
    private PortWordSet _both;

    /// <summary>Every index from 0 below the size, free for both.</summary>
    public PortStates(int size)
    {
        _words = new Word[(size + 63) >> 6];
        _udp = new PortWordSet(_words.Length);
        _tcp = new PortWordSet(_words.Length);
        _both = new PortWordSet(_words.Length);
        for (var index = 0; index < size; index++)
        {
            Free(index, PortProtocol.Both);
        }
    }

    public int UdpFree { get; private set; }

    public int TcpFree { get; private set; }

    public int UdpCooling { get; private set; }

    public int TcpCooling { get; private set; }

    /// <summary>The protocols an index is free for.</summary>
    public PortProtocol FreeOf(int index)
    {
        ref readonly var word = ref _words[index >> 6];
        return ProtocolsAt(index, word.UdpFree, word.TcpFree);
    }

    /// <summary>The protocols an index cools down for.</summary>
    public PortProtocol CoolingOf(int index)
    {
        ref readonly var word = ref _words[index >> 6];
        return ProtocolsAt(index, word.UdpCooling, word.TcpCooling);
    }

    /// <summary>Whether an index is held for all of the protocols.</summary>
    public bool IsHeld(int index, PortProtocol protocol)
    {
        ref readonly var word = ref _words[index >> 6];
        return (ProtocolsAt(index, word.UdpFree | word.UdpCooling, word.TcpFree | word.TcpCooling) & protocol) == 0;
    }

    /// <summary>Frees an index that is not free for any of the protocols; none of them is harmless.</summary>
    public void Free(int index, PortProtocol protocol)
    {
        var at = index >> 6;
        ref var word = ref _words[at];
        var bit = 1UL << (index & 63);
        var hadBoth = (word.UdpFree & word.TcpFree) != 0;
        if ((protocol & PortProtocol.Udp) != 0)
        {
            unchecked { UdpFree++; }
            if (word.UdpFree == 0)
            {
                _udp.Add(at);
            }

            word.UdpFree |= bit;
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            unchecked { TcpFree++; }
            if (word.TcpFree == 0)
            {
                _tcp.Add(at);
            }

            word.TcpFree |= bit;
        }

        if (!hadBoth && (word.UdpFree & word.TcpFree) != 0)
        {
            _both.Add(at);
        }
    }

    /// <summary>Takes an index that is free for the protocols; none of them is harmless.</summary>
    public void Take(int index, PortProtocol protocol)
    {
        var at = index >> 6;
        ref var word = ref _words[at];
        var bit = 1UL << (index & 63);
        var hadBoth = (word.UdpFree & word.TcpFree) != 0;
        if ((protocol & PortProtocol.Udp) != 0)
        {
            unchecked { UdpFree--; }
            word.UdpFree &= ~bit;
            if (word.UdpFree == 0)
            {
                _udp.Remove(at);
            }
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            unchecked { TcpFree--; }
            word.TcpFree &= ~bit;
            if (word.TcpFree == 0)
            {
                _tcp.Remove(at);
            }
        }

        if (hadBoth && (word.UdpFree & word.TcpFree) == 0)
        {
            _both.Remove(at);
        }
    }

    /// <summary>Makes an index that is held for the protocols one that cools down.</summary>
    public void Cool(int index, PortProtocol protocol)
    {
        ref var word = ref _words[index >> 6];
        if ((protocol & PortProtocol.Udp) != 0)
        {
            unchecked { UdpCooling++; }
            word.UdpCooling |= 1UL << (index & 63);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            unchecked { TcpCooling++; }
            word.TcpCooling |= 1UL << (index & 63);
        }
    }

    /// <summary>Makes an index that cools down for the protocols one that is held.</summary>
    public void Warm(int index, PortProtocol protocol)
    {
        ref var word = ref _words[index >> 6];
        if ((protocol & PortProtocol.Udp) != 0)
        {
            unchecked { UdpCooling--; }
            word.UdpCooling &= ~(1UL << (index & 63));
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            unchecked { TcpCooling--; }
            word.TcpCooling &= ~(1UL << (index & 63));
        }
    }

    /// <summary>The lowest index free for all of the protocols, or -1.</summary>
    public int Lowest(PortProtocol protocol) => LowestIn(Summary(protocol).Lowest(), protocol);

    /// <summary>The lowest such index above another, or -1.</summary>
    public int Above(int index, PortProtocol protocol)
    {
        var word = index >> 6;
        var rest = FreeIn(word, protocol) & PortWordSet.HigherThan(index & 63);
        return rest != 0 ? (word << 6) | PortWordSet.LowestBit(rest) : LowestIn(Summary(protocol).Above(word), protocol);
    }

    private int LowestIn(int word, PortProtocol protocol) =>
        word < 0 ? -1 : (word << 6) | PortWordSet.LowestBit(FreeIn(word, protocol));

    private ulong FreeIn(int word, PortProtocol protocol) => protocol switch
    {
        PortProtocol.Udp => _words[word].UdpFree,
        PortProtocol.Tcp => _words[word].TcpFree,
        _ => _words[word].UdpFree & _words[word].TcpFree,
    };

    private ref PortWordSet Summary(PortProtocol protocol)
    {
        if (protocol == PortProtocol.Udp)
        {
            return ref _udp;
        }

        if (protocol == PortProtocol.Tcp)
        {
            return ref _tcp;
        }

        return ref _both;
    }

    // Without a branch: which of a number's two protocols are taken is a coin toss to the processor.
    private static PortProtocol ProtocolsAt(int index, ulong udp, ulong tcp) =>
        (PortProtocol)(((udp >> (index & 63)) & 1) | (((tcp >> (index & 63)) & 1) << 1));

    private struct Word
    {
        public ulong UdpFree;
        public ulong TcpFree;
        public ulong UdpCooling;
        public ulong TcpCooling;
    }
}
