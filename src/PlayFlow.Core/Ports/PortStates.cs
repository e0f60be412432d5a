namespace PlayFlow.Core.Ports;

/// <summary>
/// Whether each index of a range is free, held or, when neither, cooling, for UDP and for TCP apart: as bits, those of 64 indices
/// beside one another in memory, with summaries above that find the lowest free one.
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

    public int UdpHeld { get; private set; }

    public int TcpHeld { get; private set; }

    /// <summary>The protocols an index is free for.</summary>
    public PortProtocol FreeOf(int index)
    {
        ref readonly var word = ref _words[index >> 6];
        return ProtocolsAt(index, word.UdpFree, word.TcpFree);
    }

    /// <summary>The protocols an index is held for.</summary>
    public PortProtocol HeldOf(int index)
    {
        ref readonly var word = ref _words[index >> 6];
        return ProtocolsAt(index, word.UdpHeld, word.TcpHeld);
    }

    /// <summary>From free to held; no protocol is harmless, here and below.</summary>
    public void Take(int index, PortProtocol protocol)
    {
        var at = index >> 6;
        ref var word = ref _words[at];
        var bit = 1UL << (index & 63);
        var hadBoth = (word.UdpFree & word.TcpFree) != 0;
        if ((protocol & PortProtocol.Udp) != 0)
        {
            unchecked
            {
                UdpFree--;
                UdpHeld++;
            }

            word.UdpHeld |= bit;
            if ((word.UdpFree &= ~bit) == 0)
            {
                _udp.Remove(at);
            }
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            unchecked
            {
                TcpFree--;
                TcpHeld++;
            }

            word.TcpHeld |= bit;
            if ((word.TcpFree &= ~bit) == 0)
            {
                _tcp.Remove(at);
            }
        }

        if (hadBoth && (word.UdpFree & word.TcpFree) == 0)
        {
            _both.Remove(at);
        }
    }

    /// <summary>From held to cooling; false, and nothing changed, when it is not held for all of the protocols.</summary>
    public bool TryCool(int index, PortProtocol protocol)
    {
        ref var word = ref _words[index >> 6];
        var bit = 1UL << (index & 63);
        var udp = (protocol & PortProtocol.Udp) != 0 ? bit : 0;
        var tcp = (protocol & PortProtocol.Tcp) != 0 ? bit : 0;
        if (((~word.UdpHeld & udp) | (~word.TcpHeld & tcp)) != 0)
        {
            return false;
        }

        word.UdpHeld &= ~udp;
        word.TcpHeld &= ~tcp;
        unchecked
        {
            UdpHeld -= (int)protocol & 1;
            TcpHeld -= (int)protocol >> 1;
        }

        return true;
    }

    /// <summary>From cooling to free.</summary>
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

    /// <summary>From cooling to held.</summary>
    public void Hold(int index, PortProtocol protocol)
    {
        ref var word = ref _words[index >> 6];
        if ((protocol & PortProtocol.Udp) != 0)
        {
            unchecked { UdpHeld++; }
            word.UdpHeld |= 1UL << (index & 63);
        }

        if ((protocol & PortProtocol.Tcp) != 0)
        {
            unchecked { TcpHeld++; }
            word.TcpHeld |= 1UL << (index & 63);
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
        public ulong UdpHeld;
        public ulong TcpHeld;
    }
}
