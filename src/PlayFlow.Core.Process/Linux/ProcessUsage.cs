using System.Buffers.Text;

namespace PlayFlow.Core.Process.Linux;

/// <summary>Where a process belongs and what it uses: the fields of <c>/proc/pid/stat</c> that tell.</summary>
/// <param name="Pid">The process number.</param>
/// <param name="Parent">Its parent's.</param>
/// <param name="Session">Its session leader's.</param>
/// <param name="StartTime">Clock ticks since boot.</param>
/// <param name="CpuTicks">Processor time of its own and of the children it has collected, in ticks of 10 ms.</param>
/// <param name="ResidentPages">The memory it holds.</param>
internal readonly record struct ProcessUsage(int Pid, int Parent, int Session, long StartTime, long CpuTicks, long ResidentPages)
{
    private const int ParentField = 4;
    private const int SessionField = 6;
    private const int FirstCpuField = 14;
    private const int LastCpuField = 17;
    private const int StartField = 22;
    private const int ResidentField = 24;

    public ProcessIdentity Identity => new(Pid, StartTime);

    public static bool TryParse(ReadOnlySpan<byte> line, out ProcessUsage usage)
    {
        usage = default;

        // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
        var nameEnd = line.LastIndexOf((byte)')');
        if (nameEnd < 0 || !Utf8Parser.TryParse(line, out int pid, out _))
        {
            return false;
        }

        int parent = 0, session = 0;
        long cpu = 0, start = 0;
        var field = 2;
        var rest = line[(nameEnd + 1)..];
        while (rest.Length > 1)
        {
            rest = rest[1..];
            field++;
            var end = rest.IndexOf((byte)' ');
            var text = end < 0 ? rest : rest[..end];
            if (field > 3 && Utf8Parser.TryParse(text, out long value, out _))
            {
                switch (field)
                {
                    case ParentField:
                        parent = (int)value;
                        break;
                    case SessionField:
                        session = (int)value;
                        break;
                    case >= FirstCpuField and <= LastCpuField:
                        cpu += value;
                        break;
                    case StartField:
                        start = value;
                        break;
                    case ResidentField:
                        usage = new ProcessUsage(pid, parent, session, start, cpu, value);
                        return true;
                }
            }

            rest = rest[text.Length..];
        }

        return false;
    }
}
