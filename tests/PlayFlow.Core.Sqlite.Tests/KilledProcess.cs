using System.Diagnostics;
using System.Globalization;
using System.Text;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Sqlite.Tests;

/// <summary>
/// A process that does nothing but append to a store, and says each entry's number once it is kept: to be killed. This
/// assembly is its program.
/// </summary>
internal static class KilledProcess
{
    // Ends by itself some time, should nobody be left to kill it.
    private const int AppendsAtMost = 100_000;

    public static async Task<int> Main(string[] arguments)
    {
        await using var store = new SqliteFleetStore(arguments[0]);
        var fleet = await store.LoadAsync(default);
        var last = (fleet.Snapshot?.Sequence ?? 0) + fleet.Entries.Count;
        var snapshot = Task.CompletedTask;
        for (var sequence = last + 1; sequence <= last + AppendsAtMost; sequence++)
        {
            await store.AppendAsync(BatchOf(sequence), default);
            Console.WriteLine(sequence);
            if (snapshot.IsCompleted)
            {
                await snapshot;
                var saved = new FleetSnapshot(sequence, Payload(sequence, 700_000));
                snapshot = Task.Run(async () => await store.SaveSnapshotAsync(saved, default));
            }
        }

        return 0;
    }

    /// <summary>Starts the process on a store, kills it after so many appends, and gives the last one it acknowledged.</summary>
    public static async Task<long> AppendAndDieAsync(string path, int appends)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var process = Process.Start(new ProcessStartInfo(host, ["exec", typeof(KilledProcess).Assembly.Location, path])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var acknowledged = 0L;
            for (var n = 0; await process.StandardOutput.ReadLineAsync() is { } line; n++)
            {
                acknowledged = long.TryParse(line, CultureInfo.InvariantCulture, out var sequence) ? Math.Max(acknowledged, sequence) : acknowledged;
                if (n == appends)
                {
                    process.Kill();
                }
            }

            await process.WaitForExitAsync();
            return acknowledged;
        }
        finally
        {
            process.Kill();
        }
    }

    public static JournalBatch BatchOf(long sequence) => new(
        [new JournalEntry(sequence, Payload(sequence, 500))],
        [new ArchivedServer(new InstanceId(string.Create(CultureInfo.InvariantCulture, $"server {sequence}")), Payload(sequence, 100))]);

    public static byte[] Payload(long sequence, int size) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sequence} ").PadRight(size, (char)('a' + (sequence % 26))));
}
