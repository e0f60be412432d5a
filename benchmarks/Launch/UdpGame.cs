namespace PlayFlow.Benchmarks.Launch;

/// <summary>A small game: it binds its port, says in one byte through a pipe whether it could, and answers what it hears. Perl, which starts within milliseconds.</summary>
internal static class UdpGame
{
    public const string Executable = "Server.x86_64";

    /// <summary>What it says once it is ready.</summary>
    public const int Ready = '!';

    private const string Script = """
        #!/usr/bin/perl
        my $bound = socket(S, 2, 2, 17) && bind(S, pack('S n N x8', 2, $ENV{PLAYFLOW_PORT_GAME}, 0x7f000001));
        open(READY, '>', $ARGV[0]) && syswrite(READY, $bound ? '!' : '?') or die $!;
        close READY;
        die 'its port is taken' unless $bound;
        while (my $from = recv(S, my $datagram, 65535, 0)) { send(S, $datagram, 0, $from) }
        """;

    /// <summary>Writes it into a folder.</summary>
    /// <returns>Its full path.</returns>
    public static string Write(string folder)
    {
        var path = Path.Combine(folder, Executable);
        File.WriteAllText(path, Script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
