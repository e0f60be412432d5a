using System.Globalization;
using Docker.DotNet.Models;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// Makes a line every few seconds of what an engine tells many times a second while it pulls an image. Not thread-safe: the
/// engine's words come one after the other.
/// </summary>
internal sealed class PullProgress(Action<string> log, TimeProvider time, Action heard) : IProgress<JSONMessage>
{
    private const string Downloading = "Downloading";
    private const int Megabyte = 1_000_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // A layer's last words; after them nothing comes of it.
    private static readonly string[] Final = ["Pull complete", "Already exists"];

    private readonly Dictionary<string, Layer> _layers = new(StringComparer.Ordinal);
    private long _toldAt = time.GetTimestamp();

    /// <summary>What the engine said went wrong, or null.</summary>
    public string? Fault { get; private set; }

    /// <inheritdoc/>
    public void Report(JSONMessage value)
    {
        heard();
        Fault ??= value.Error?.Message;
        if (value is not { ID: { Length: > 0 } id, Status: { } status } || status.StartsWith("Pulling from", StringComparison.Ordinal))
        {
            return;
        }

        var layer = _layers.GetValueOrDefault(id);
        _layers[id] = layer with
        {
            Bytes = status == Downloading ? Math.Max(layer.Bytes, value.Progress?.Current ?? 0) : layer.Bytes,
            IsDone = layer.IsDone || Final.Contains(status, StringComparer.Ordinal),
        };
        if (time.GetElapsedTime(_toldAt) >= Interval)
        {
            _toldAt = time.GetTimestamp();
            log(ToString());
        }
    }

    /// <summary>How far it is: one line.</summary>
    public override string ToString() => _layers.Count == 0 ? "all of it was there." : string.Create(
        CultureInfo.InvariantCulture,
        $"{_layers.Values.Count(layer => layer.IsDone)} of {_layers.Count} layers are there, {(double)_layers.Values.Sum(layer => layer.Bytes) / Megabyte:0.#} MB downloaded.");

    private readonly record struct Layer(long Bytes, bool IsDone);
}
