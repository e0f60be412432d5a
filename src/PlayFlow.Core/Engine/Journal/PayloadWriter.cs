using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace PlayFlow.Core.Engine.Journal;

/// <summary>Writes the primitives of the journal's format: variable-length integers, length-prefixed UTF-8, UTC ticks.</summary>
internal readonly struct PayloadWriter(IBufferWriter<byte> output)
{
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Number(long value)
    {
        // Zigzag, so that small negative numbers stay small.
        var rest = unchecked((ulong)((value << 1) ^ (value >> 63)));
        var span = output.GetSpan(10);
        var length = 0;
        while (rest >= 0x80)
        {
            span[length++] = unchecked((byte)(rest | 0x80));
            rest >>= 7;
        }

        span[length++] = (byte)rest;
        output.Advance(length);
    }

    public void NumberOrNull(long? value)
    {
        Flag(value is not null);
        if (value is { } number)
        {
            Number(number);
        }
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Number(-1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Number(length);
        Encoding.UTF8.GetBytes(value, output.GetSpan(length));
        output.Advance(length);
    }

    public void Time(DateTimeOffset value) => Number(value.UtcTicks);

    public void TimeOrNull(DateTimeOffset? value) => NumberOrNull(value?.UtcTicks);

    public void SpanOrNull(TimeSpan? value) => NumberOrNull(value?.Ticks);

    public void List<T>(ImmutableArray<T> items, Action<PayloadWriter, T> write)
    {
        Number(items.Length);
        foreach (var item in items)
        {
            write(this, item);
        }
    }
}
