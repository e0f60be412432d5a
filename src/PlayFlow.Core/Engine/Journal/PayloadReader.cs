using System.Collections.Immutable;
using System.Text;

namespace PlayFlow.Core.Engine.Journal;

/// <summary>Reads what <see cref="PayloadWriter"/> wrote; anything else is an <see cref="InvalidDataException"/>.</summary>
internal ref struct PayloadReader(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public delegate T ItemReader<out T>(ref PayloadReader reader);

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty)
        {
            throw Broken();
        }

        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public bool Flag() => Byte() switch
    {
        0 => false,
        1 => true,
        _ => throw Broken(),
    };

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return unchecked((long)(value >> 1) ^ -(long)(value & 1));
            }
        }

        throw Broken();
    }

    public int Int() => Number() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Broken();

    public long? NumberOrNull() => Flag() ? Number() : null;

    public string? TextOrNull()
    {
        var length = Int();
        if (length < 0)
        {
            return null;
        }

        return Encoding.UTF8.GetString(Bytes(length));
    }

    public string Text() => TextOrNull() ?? throw Broken();

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw Broken();
        }

        var bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    public DateTimeOffset Time() => new(Number(), TimeSpan.Zero);

    public DateTimeOffset? TimeOrNull() => NumberOrNull() is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public TimeSpan? SpanOrNull() => NumberOrNull() is { } ticks ? new TimeSpan(ticks) : null;

    public ImmutableArray<T> List<T>(ItemReader<T> read)
    {
        var count = Int();
        if (count < 0 || count > _rest.Length)
        {
            throw Broken();
        }

        var items = ImmutableArray.CreateBuilder<T>(count);
        for (var i = 0; i < count; i++)
        {
            items.Add(read(ref this));
        }

        return items.MoveToImmutable();
    }

    /// <summary>Reads the version a payload was written in, which has to be the one that is known.</summary>
    public void Version(byte known)
    {
        var version = Byte();
        if (version > known)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"It was written in version {version} of its format, by a newer version of this program; this one reads up to version {known}."));
        }

        if (version != known)
        {
            throw Broken();
        }
    }

    public static InvalidDataException Broken() => new("It is damaged, or holds something that only a newer version of this program can read.");
}
