using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Compute;

// What running launches use.
public abstract partial class ComputeProviderContract
{
    /// <summary>Samples are of running launches only, one each; no figure is negative and no counter falls.</summary>
    [Test]
    public async Task Samples_are_of_running_launches_and_their_counters_never_fall()
    {
        var ended = await LaunchAsync(LaunchBehaviour.Runs);
        var id = await LaunchAsync(LaunchBehaviour.Runs);
        await UntilPortsAreOpenAsync(ended);
        await UntilPortsAreOpenAsync(id);
        var samples = new List<ComputeSample> { await SampleAsync(id) };
        await EndAsync(ended, StopMode.Kill);
        for (var i = 0; i < 3; i++)
        {
            await LetTimePassAsync();
            samples.Add(await SampleAsync(id));
        }

        Assert.That((await Provider.SampleAsync(Token)).Select(reading => reading.Id), Does.Not.Contain(ended));
        using (Assert.EnterMultipleScope())
        {
            AssertGrows(samples, "processor time", sample => sample.CpuTime?.Ticks);
            AssertGrows(samples, "bytes received", sample => sample.ReceivedBytes);
            AssertGrows(samples, "bytes sent", sample => sample.SentBytes);
            Assert.That(samples, Has.None.Matches<ComputeSample>(sample =>
                sample.MemoryBytes < 0 || sample.LoadAverage < 0 || sample.TcpConnections < 0));
        }
    }

    /// <summary>A provider that says so has something to say of a launch that runs.</summary>
    [Test]
    public async Task Samples_measure_something_or_the_provider_says_so()
    {
        var id = await LaunchAsync(LaunchBehaviour.Runs);
        await UntilPortsAreOpenAsync(id);
        Assert.That(await SampleAsync(id), Provider.MeasuresUsage ? Is.Not.EqualTo(default(ComputeSample)) : Is.EqualTo(default(ComputeSample)));
    }

    private static void AssertGrows(IReadOnlyList<ComputeSample> samples, string what, Func<ComputeSample, long?> counter)
    {
        var counts = samples.Select(counter).OfType<long>().ToList();
        Assert.That(counts, Is.Ordered.And.All.Not.Negative, what);
    }

    private async Task<ComputeSample> SampleAsync(ComputeId id) =>
        (await Provider.SampleAsync(Token)).SingleOrDefault(reading => reading.Id == id).Sample;
}
