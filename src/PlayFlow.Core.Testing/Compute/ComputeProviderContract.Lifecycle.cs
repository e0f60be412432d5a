using System.Collections.Immutable;
using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Testing.Compute;

// From launch to end.
public abstract partial class ComputeProviderContract
{
    private const int ManyLaunches = 20;

    /// <summary>Open ports are reported and listed, once the launch runs.</summary>
    [Test]
    public async Task Open_ports_are_reported_and_listed()
    {
        var id = await LaunchAsync(LaunchBehaviour.Runs);
        await UntilPortsAreOpenAsync(id);

        Assert.That(await ListOneAsync(id), Is.EqualTo(new ComputeStatus(id, null, PortsOpen: true)));
    }

    /// <summary>A launch whose ports stay shut runs, and its ports are not reported open.</summary>
    [Test]
    public async Task Ports_that_stay_shut_are_not_reported_open()
    {
        var id = await LaunchAsync(LaunchBehaviour.NeverOpensPorts);
        await WatchAsync();
        var status = await ListOneAsync(id);
        await EndAsync(id, StopMode.Kill);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(new ComputeStatus(id, null, PortsOpen: false)));
            Assert.That(Observer.HasOpenPorts(id), Is.False);
        }
    }

    /// <summary>Either way of stopping ends a launch, and the end is reported when none of its processes is left.</summary>
    [Test]
    public async Task Stopped_launch_is_reported_ended_when_no_process_is_left([Values] StopMode mode)
    {
        var id = await LaunchAsync(LaunchBehaviour.Runs);
        await UntilPortsAreOpenAsync(id);
        await EndAsync(id, mode);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_leftOver, Is.Empty, "launches with processes left when their end was reported");
            Assert.That((await ListOneAsync(id))?.Exit, Is.Not.Null);
        }
    }

    /// <summary>A launch that takes no notice of the termination signal runs on until it is killed.</summary>
    [Test]
    public async Task Launch_that_ignores_termination_runs_until_it_is_killed()
    {
        var id = await LaunchAsync(LaunchBehaviour.IgnoresTermination);
        await UntilPortsAreOpenAsync(id);
        await Provider.StopAsync(id, StopMode.Graceful, Token);
        await WatchAsync();
        var status = await ListOneAsync(id);
        var early = Observer.FindExit(id);
        await EndAsync(id, StopMode.Kill);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.Not.Null);
            Assert.That(status?.Exit, Is.Null);
            Assert.That(early, Is.Null);
        }
    }

    /// <summary>A process that ends by itself is reported and listed with its exit code.</summary>
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(42)]
    public async Task Exit_code_is_reported(int exitCode)
    {
        var id = await LaunchAsync(LaunchBehaviour.Exits(exitCode));
        await UntilEndedAsync(id);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Observer.FindExit(id)?.ExitCode, Is.EqualTo(exitCode));
            Assert.That((await ListOneAsync(id))?.Exit?.ExitCode, Is.EqualTo(exitCode));
            Assert.That(_leftOver, Is.Empty);
        }
    }

    /// <summary>Launching what runs already changes nothing.</summary>
    [Test]
    public async Task Launching_twice_makes_one_launch()
    {
        var request = NewRequest(LaunchBehaviour.Runs);
        await LaunchAsync(request);
        await UntilPortsAreOpenAsync(request.Id);
        await LaunchAsync(request);
        await WatchAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Provider.ListAsync(Token), Is.EqualTo([new ComputeStatus(request.Id, null, PortsOpen: true)]));
            Assert.That(Observer.FindExit(request.Id), Is.Null);
        }
    }

    /// <summary>Launching what has ended and is not forgotten changes nothing either.</summary>
    [Test]
    public async Task Launching_what_has_ended_does_not_run_it_again()
    {
        var request = NewRequest(LaunchBehaviour.Exits(3) with { Lines = ["once"] });
        await LaunchAsync(request);
        await UntilEndedAsync(request.Id);
        await LaunchAsync(request);
        await WatchAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await ListOneAsync(request.Id))?.Exit?.ExitCode, Is.EqualTo(3));
            Assert.That(Observer.LinesOf(request.Id).Select(line => line.Text), Is.EqualTo(["once"]));
        }
    }

    /// <summary>A server's next launch is another, whether or not the one before is forgotten.</summary>
    [Test]
    public async Task Next_launch_of_a_server_runs_beside_the_memory_of_the_last()
    {
        var first = await LaunchAsync(LaunchBehaviour.Exits(3));
        await UntilEndedAsync(first);
        var second = new ComputeId(first.Instance, first.Launch + 1);
        await LaunchAsync(Request(second, LaunchBehaviour.Runs));
        await UntilPortsAreOpenAsync(second);
        await Provider.ForgetAsync(first, Token);

        Assert.That(await Provider.ListAsync(Token), Is.EqualTo([new ComputeStatus(second, null, PortsOpen: true)]));
    }

    /// <summary>Calls for launches nobody knows are harmless.</summary>
    [Test]
    public async Task Unknown_launches_are_harmless()
    {
        var id = NewId();
        await Provider.StopAsync(id, StopMode.Graceful, Token);
        await Provider.StopAsync(id, StopMode.Kill, Token);
        await Provider.RewriteConfigAsync(id, "{}", Token);
        await Provider.FlushLogsAsync(id, Token);
        await Provider.ForgetAsync(id, Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await Provider.ListAsync(Token), Is.Empty);
            Assert.That(Observer.Reports, Is.Empty);
        }
    }

    /// <summary>Calls for a launch that has ended are harmless and leave it listed.</summary>
    [Test]
    public async Task Ended_launches_are_not_disturbed()
    {
        var id = await LaunchAsync(LaunchBehaviour.Exits(5));
        await UntilEndedAsync(id);
        await Provider.StopAsync(id, StopMode.Graceful, Token);
        await Provider.StopAsync(id, StopMode.Kill, Token);
        await Provider.RewriteConfigAsync(id, "{}", Token);
        await Provider.FlushLogsAsync(id, Token);

        Assert.That((await ListOneAsync(id))?.Exit?.ExitCode, Is.EqualTo(5));
    }

    /// <summary>An ended launch is listed until it is forgotten, and forgetting it twice is harmless.</summary>
    [Test]
    public async Task Ended_launch_is_listed_until_it_is_forgotten()
    {
        var id = await LaunchAsync(LaunchBehaviour.Exits(0));
        await UntilEndedAsync(id);
        await WatchAsync();
        Assert.That(await ListOneAsync(id), Is.Not.Null, "listed although it has ended");

        await Provider.ForgetAsync(id, Token);
        await Provider.ForgetAsync(id, Token);
        Assert.That(await ListOneAsync(id), Is.Null);
    }

    /// <summary>A launch that fails says why, and nothing of it is listed or reported.</summary>
    [Test]
    public async Task Failed_launch_leaves_nothing_behind()
    {
        var request = NewRequest(LaunchBehaviour.CannotBeLaunched);
        var failure = await FailureOfAsync(() => LaunchAsync(request));
        await WatchAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure, Is.TypeOf<ComputeException>());
            Assert.That((failure as ComputeException)?.Reason.Word, Is.Not.Null.And.Not.Empty);
            Assert.That(failure?.Message, Is.Not.Empty);
            Assert.That(await Provider.ListAsync(Token), Is.Empty);
            Assert.That(Observer.Reports, Is.Empty);
        }
    }

    /// <summary>A launch that is cancelled beforehand is not carried out.</summary>
    [Test]
    public async Task Cancelled_launch_leaves_nothing_behind()
    {
        var request = NewRequest(LaunchBehaviour.Runs);
        var failure = await FailureOfAsync(() => Provider.LaunchAsync(request, new CancellationToken(canceled: true)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(failure, Is.InstanceOf<OperationCanceledException>());
            Assert.That(await Provider.ListAsync(Token), Is.Empty);
        }
    }

    /// <summary>Launches and stops of different servers at once do not disturb each other.</summary>
    [Test]
    public async Task Many_launches_at_once_each_live_their_own_life()
    {
        var requests = Enumerable.Range(0, ManyLaunches).Select(_ => NewRequest(LaunchBehaviour.Runs)).ToImmutableArray();
        await Task.WhenAll(requests.Select(LaunchAsync));
        foreach (var request in requests)
        {
            await UntilPortsAreOpenAsync(request.Id);
        }

        Assert.That(
            await Provider.ListAsync(Token),
            Is.EquivalentTo(requests.Select(request => new ComputeStatus(request.Id, null, PortsOpen: true))));

        await Task.WhenAll(requests.Select(request => Provider.StopAsync(request.Id, StopMode.Graceful, Token)));
        foreach (var request in requests)
        {
            await UntilEndedAsync(request.Id);
        }

        Assert.That(_leftOver, Is.Empty);
    }

    private static async Task<Exception?> FailureOfAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception failure) when (failure is ComputeException or OperationCanceledException)
        {
            return failure;
        }
    }
}
