using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Testing.Compute;

/// <summary>
/// What a provider must do besides whose launches outlive the program that launched them. Derive from this one instead when
/// yours do.
/// </summary>
public abstract class DurableComputeProviderContract : ComputeProviderContract
{
    /// <summary>A launch that runs on while the provider restarts is listed, reported open again and can be ended.</summary>
    [Test]
    public async Task Restarted_provider_takes_up_what_runs()
    {
        var id = await LaunchAsync(LaunchBehaviour.Runs);
        await UntilPortsAreOpenAsync(id);
        await StartAgainAsync(new RecordingComputeObserver { OnEnded = NoteLeftOver });
        await UntilPortsAreOpenAsync(id);

        Assert.That((await ListOneAsync(id))?.Exit, Is.Null);
        await EndAsync(id, StopMode.Graceful);
        Assert.That(LeftOver, Is.Empty);
    }

    /// <summary>A launch that ended before the provider restarted is reported ended again, with its exit code.</summary>
    [Test]
    public async Task Restarted_provider_remembers_what_ended()
    {
        var id = await LaunchAsync(LaunchBehaviour.Exits(7));
        await UntilEndedAsync(id);
        await StartAgainAsync(new RecordingComputeObserver());
        await UntilEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Observer.FindExit(id)?.ExitCode, Is.EqualTo(7));
            Assert.That((await ListOneAsync(id))?.Exit?.ExitCode, Is.EqualTo(7));
        }
    }

    /// <summary>After a restart, reading goes on at the position that was kept: no line is lost and none is reported twice.</summary>
    [Test]
    public async Task Restarted_provider_goes_on_reading_where_it_left_off()
    {
        var behaviour = LaunchBehaviour.Runs with { Lines = Numbered("line", 20) };
        var id = await LaunchAsync(behaviour);
        await UntilPortsAreOpenAsync(id);
        await Provider.FlushLogsAsync(id, Token);
        await StartAgainAsync(Observer);
        await Provider.FlushLogsAsync(id, Token);
        await EndAsync(id, StopMode.Graceful);

        AssertLines(Observer, id, behaviour);
    }

    /// <summary>The provider as it is after the program that used it ended and began again, not yet started.</summary>
    protected abstract Task<IComputeProvider> RestartAsync(IComputeProvider provider);

    private async Task StartAgainAsync(RecordingComputeObserver observer) =>
        await ReplaceAsync(await RestartAsync(Provider), observer);
}
