using System.Diagnostics;
using System.IO.Compression;
using static PlayFlow.Benchmarks.Figure;

namespace PlayFlow.Benchmarks.Emulator;

/// <summary>
/// Prints what a large upload and its processing cost, beside writing the same bytes to the same disk, with and without an HTTP server
/// between, and beside two processes that do to the same ZIP what processing does: unpack it and pack it again.
/// </summary>
internal sealed class UploadFigures(string folder)
{
    private const int Port = 8799;
    private const int BarePort = 8798;
    private const int Rounds = 5;
    private const int Files = 30;
    private const int ContentMb = 480;
    private const int MemoryGoalMb = 300;

    private readonly string _zip = Path.Combine(folder, "large.zip");

    public async Task PrintAsync()
    {
        Directory.CreateDirectory(folder);
        await MakeAsync();
        var size = new FileInfo(_zip).Length / 1e6;
        await using var emulator = await Programs.StartEmulatorAsync(Port, "--data", Path.Combine(folder, "data"));
        await using var bare = await Programs.StartBareAsync(BarePort, "--upload");
        var idle = emulator.PeakMb;
        var received = 0.0;
        List<double> upload = [], disk = [], bareUpload = [], processing = [], pipeline = [];
        for (var round = 0; round < Rounds; round++)
        {
            // New files, as the emulator's are: what replaces a file gets back the memory that the system has just freed of it.
            var (copy, kept) = (Path.Combine(folder, $"copied-{round}"), Path.Combine(folder, $"kept-{round}"));
            disk.Add(await OnAQuietDiskAsync(() => WriteToDiskAsync(copy)));
            bareUpload.Add(await OnAQuietDiskAsync(() => UploadAsync(bare.Client, "/upload?path=" + Uri.EscapeDataString(kept))));
            var (url, build) = await Programs.UploadUrlAsync(emulator.Client);
            upload.Add(await OnAQuietDiskAsync(() => UploadAsync(emulator.Client, url)));
            received = round == 0 ? emulator.PeakMb - idle : received;
            processing.Add(await SecondsAsync(() => Programs.UntilProcessedAsync(emulator.Client, build)));
            pipeline.Add(await SecondsAsync(UnzipToZstdAsync));
        }

        var (wrote, took, processed, piped) = (Median(disk), Median(upload), Median(processing), Median(pipeline));
        var bareTook = Median(bareUpload);
        Console.WriteLine($"| upload of {size:0} MB | {size / took:0} MB/s | written and flushed: {size / wrote:0} MB/s | {wrote / took:P0} | disk speed |");
        Console.WriteLine($"| the same | {size / took:0} MB/s | bare Kestrel that writes and flushes what it is sent: {size / bareTook:0} MB/s | {bareTook / took:P0} | |");
        Console.WriteLine($"| its processing, {ContentMb} MB unpacked | {ContentMb / processed:0} MB/s | `unzip -p \\| zstd -1`: {ContentMb / piped:0} MB/s "
            + $"| {piped / processed:0.00}× | ≥ 1×, {Verdict(piped >= processed)} |");
        Console.WriteLine($"| memory: receiving adds, peak with processing | {received:0} MB, {emulator.PeakMb:0} MB | {idle:0} MB idle | "
            + $"| ≤ {MemoryGoalMb} MB, {Verdict(emulator.PeakMb <= MemoryGoalMb)} |");
    }

    // Packed to five eighths, about what games are.
    private async Task MakeAsync()
    {
        await using var archive = await ZipFile.OpenAsync(_zip, ZipArchiveMode.Create, default);
        await using (var executable = await archive.CreateEntry("Server.x86_64").OpenAsync())
        {
            await executable.WriteAsync("#!/bin/sh\nexec sleep 600\n"u8.ToArray());
        }

        var random = new Random(1);
        var bytes = new byte[ContentMb * 1_000_000 / Files];
        for (var file = 0; file < Files; file++)
        {
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] &= 0x1f;
            }

            await using var data = await archive.CreateEntry($"data/{file}.bin", CompressionLevel.Optimal).OpenAsync();
            await data.WriteAsync(bytes);
        }
    }

    private async Task UploadAsync(HttpClient client, string url)
    {
        await using var zip = File.OpenRead(_zip);
        (await client.PutAsync(url, new StreamContent(zip, 1 << 20))).EnsureSuccessStatusCode();
    }

    private async Task WriteToDiskAsync(string copy)
    {
        await using var from = File.OpenRead(_zip);
        await using var to = new FileStream(copy, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0);
        await from.CopyToAsync(to, 1 << 20);
        to.Flush(flushToDisk: true);
    }

    private async Task UnzipToZstdAsync()
    {
        using var pipeline = Process.Start("sh", ["-c", $"cd '{folder}' && unzip -p large.zip | zstd -1 -q -f -o floor.zst"]);
        await pipeline.WaitForExitAsync();
        if (pipeline.ExitCode != 0)
        {
            throw new InvalidOperationException("The pipeline failed; are unzip and zstd installed?");
        }
    }

    // What others wrote and nobody flushed would be waited for.
    private static async Task<double> OnAQuietDiskAsync(Func<Task> work)
    {
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync();
        return await SecondsAsync(work);
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }
}
