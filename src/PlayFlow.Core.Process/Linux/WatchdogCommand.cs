using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// Starts the watchdog shell in a session of its own, with every signal at its default and no descriptor of this process: it
/// belongs to nobody, so that nothing that ends this process ends it.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class WatchdogCommand
{
    private const string Shell = "/bin/sh";
    private const int TooLong = 7;
    private const int OpaqueBytes = 1024;
    private const int SignalSetBytes = 128;
    private const int WriteAppendCreate = 0x1 | 0x400 | 0x40;
    private const uint OwnerOnly = 0x180;
    private const short SetSignalDefaults = 0x4;
    private const short SetMask = 0x8;
    private const short SetSession = 0x80;

    private static readonly string Script = ReadScript();

    /// <summary>Starts it.</summary>
    /// <returns>Its process number; it is a child of this process.</returns>
    /// <exception cref="ComputeException">The system refused.</exception>
    public static int Start(GameCommand command, LaunchDirectory directory, LaunchGroup? group)
    {
        string[] arguments =
        [
            "sh", "-c", Script, "playflow-watchdog", directory.FullPath, command.WorkingDirectory,
            group?.JoinFile ?? string.Empty, command.Executable, .. command.Arguments,
        ];
        var pid = 0;
        int error;
        using (var strings = new NativeStrings(arguments, WatchdogEnvironment.For(command), [Shell, "/dev/null", directory.PathOf("watchdog.err")]))
        {
            error = Spawn(&pid, strings);
        }

        return error == 0
            ? pid
            : throw new ComputeException(
                StopReason.StartupFailureExecutable,
                error == TooLong
                    ? "startup_args or the environment variables are too long for the system"
                    : "the system could not start a process: " + Marshal.GetPInvokeErrorMessage(error));
    }

    private static int Spawn(int* pid, NativeStrings strings)
    {
        // The C library's own types are opaque; glibc's largest is 336 bytes, musl's the same.
        var attributes = stackalloc byte[OpaqueBytes];
        var actions = stackalloc byte[OpaqueBytes];
        var signals = stackalloc byte[SignalSetBytes];
        _ = Libc.InitializeAttributes(attributes);
        _ = Libc.InitializeFileActions(actions);
        try
        {
            new Span<byte>(signals, SignalSetBytes).Clear();
            _ = Libc.SetSignalMask(attributes, signals);
            new Span<byte>(signals, 8).Fill(0xff);
            _ = Libc.SetDefaultSignals(attributes, signals);
            _ = Libc.SetFlags(attributes, SetSignalDefaults | SetMask | SetSession);

            _ = Libc.AddOpen(actions, 0, strings.Extra(1), 0, 0);
            _ = Libc.AddOpen(actions, 1, strings.Extra(1), 1, 0);
            _ = Libc.AddOpen(actions, 2, strings.Extra(2), WriteAppendCreate, OwnerOnly);
            CloseTheRest(actions);
            lock (DescriptorGate.Lock)
            {
                return Libc.Spawn(pid, strings.Extra(0), actions, attributes, strings.Arguments, strings.Environment);
            }
        }
        finally
        {
            _ = Libc.DestroyFileActions(actions);
            _ = Libc.DestroyAttributes(attributes);
        }
    }

    // .NET's own descriptors close at exec; those this process was itself started with may not. glibc 2.34 and later.
    private static void CloseTheRest(byte* actions)
    {
        if (NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addclosefrom_np", out var function))
        {
            ((delegate* unmanaged<void*, int, int>)function)(actions, 3);
        }
    }

    private static string ReadScript()
    {
        using var stream = typeof(WatchdogCommand).Assembly.GetManifestResourceStream("watchdog.sh")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return string.Join('\n', reader.ReadToEnd().Split('\n').Where(line => !line.TrimStart().StartsWith('#')));
    }

    /// <summary>Texts as the C library takes them: UTF-8 ending in zero, lists ending in a null pointer.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];
        private readonly byte*[] _extras;

        public NativeStrings(IEnumerable<string> arguments, IEnumerable<string> environment, string[] extras)
        {
            Arguments = ListOf(arguments);
            Environment = ListOf(environment);
            _extras = new byte*[extras.Length];
            for (var i = 0; i < extras.Length; i++)
            {
                _extras[i] = TextOf(extras[i]);
            }
        }

        public byte** Arguments { get; }

        public byte** Environment { get; }

        public byte* Extra(int index) => _extras[index];

        public void Dispose()
        {
            foreach (var block in _blocks)
            {
                NativeMemory.Free((void*)block);
            }
        }

        private byte** ListOf(IEnumerable<string> texts)
        {
            var all = texts.ToArray();
            var list = (byte**)Allocate((nuint)(all.Length + 1) * (nuint)sizeof(byte*));
            for (var i = 0; i < all.Length; i++)
            {
                list[i] = TextOf(all[i]);
            }

            list[all.Length] = null;
            return list;
        }

        private byte* TextOf(string text)
        {
            var length = Encoding.UTF8.GetByteCount(text);
            var bytes = (byte*)Allocate((nuint)length + 1);
            Encoding.UTF8.GetBytes(text, new Span<byte>(bytes, length));
            bytes[length] = 0;
            return bytes;
        }

        private void* Allocate(nuint size)
        {
            var block = NativeMemory.Alloc(size);
            _blocks.Add((nint)block);
            return block;
        }
    }
}
