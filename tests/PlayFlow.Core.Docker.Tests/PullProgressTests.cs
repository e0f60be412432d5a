using Docker.DotNet.Models;
using PlayFlow.Core.Docker.Images;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>A pull in a few lines.</summary>
public sealed class PullProgressTests
{
    [Test]
    public void Pull_IsToldEveryFewSeconds_WithWhatItHas()
    {
        var (time, lines, heard) = (new Clock(), new List<string>(), 0);
        var progress = new PullProgress(lines.Add, time, () => heard++);
        Assert.That(progress.ToString(), Is.EqualTo("all of it was there."));
        progress.Report(new JSONMessage { Status = "Pulling from team/game", ID = "1" });
        progress.Report(new JSONMessage { Status = "Already exists", ID = "a" });
        for (var tick = 0; tick <= 100; tick++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            progress.Report(new JSONMessage
            {
                Status = "Downloading", ID = "b", Progress = new JSONProgress { Current = tick * 1_000_000L, Total = 100_000_000 },
            });
        }

        // What comes later counts another thing.
        progress.Report(new JSONMessage { Status = "Extracting", ID = "b", Progress = new JSONProgress { Current = 5, Total = 10 } });
        progress.Report(new JSONMessage { Status = "Pull complete", ID = "b" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Is.EqualTo(["1 of 2 layers are there, 49 MB downloaded.", "1 of 2 layers are there, 99 MB downloaded."]));
            Assert.That(progress.ToString(), Is.EqualTo("2 of 2 layers are there, 100 MB downloaded."));
            Assert.That(heard, Is.EqualTo(105));
        }
    }

    private sealed class Clock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
