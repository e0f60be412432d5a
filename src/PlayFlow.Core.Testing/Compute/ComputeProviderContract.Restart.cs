using NUnit.Framework;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Testing.Compute;

// What outlives the program that launched it.
public abstract partial class ComputeProviderContract
{
    /// <summary>A launch that runs on while the provider restarts is listed, reported open again and can be ended.</summary>
    [Test]
    public async Task Restarted_provider_takes_up_what_runs()
    {
        var id = await LaunchAsync(LaunchBehaviour.Runs);
        await UntilPortsAreOpenAsync(id);
        await RestartOrIgnoreAsync(new RecordingComputeObserver { OnEnded = NoteLeftOver });
        await UntilPortsAreOpenAsync(id);

        Assert.That((await ListOneAsync(id))?.Exit, Is.Null);
        await EndAsync(id, StopMode.Graceful);
        Assert.That(_leftOver, Is.Empty);
    }

    /// <summary>A launch that ended before the provider restarted is reported ended again, with its exit code.</summary>
    [Test]
    public async Task Restarted_provider_remembers_what_ended()
    {
        var id = await LaunchAsync(LaunchBehaviour.Exits(7));
        await UntilEndedAsync(id);
        await RestartOrIgnoreAsync(new RecordingComputeObserver());
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
        await RestartOrIgnoreAsync(Observer);
        await Provider.FlushLogsAsync(id, Token);
        await EndAsync(id, StopMode.Graceful);

        AssertLines(Observer, id, behaviour);
    }

    private async Task RestartOrIgnoreAsync(RecordingComputeObserver observer)
    {
        if (await RestartAsync(Provider) is not { } restarted)
        {
            Assert.Ignore("The provider remembers nothing when it restarts.");
            return;
        }

        _provider = restarted;
        Observer = observer;
        await restarted.StartAsync(observer, Token);
    }
}
