using System.Security.Cryptography;
using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Testing.Compute;

/// <summary>
/// What every <see cref="IComputeProvider"/> must do. Derive a fixture that says how to make the provider and how to make a launch
/// behave; the tests come with it. Mark it
/// <c>[TestFixture]</c>: NUnit passes over an assembly that mentions nothing of NUnit itself.
/// </summary>
/// <remarks>
/// The tests wait by asking again until <see cref="Deadline"/> has passed on <see cref="Clock"/>, and let
/// <see cref="LetTimePassAsync"/> pass the time: on the wall clock for real processes, by hand for a provider that lives by a clock of its own.
/// </remarks>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract partial class ComputeProviderContract
{
    private readonly List<ComputeId> _launched = [];
    private readonly List<ComputeId> _leftOver = [];
    private IComputeProvider? _provider;

    /// <summary>How long anything may take before the test fails. Generous by default: it costs time only when something is wrong.</summary>
    protected virtual TimeSpan Deadline => TimeSpan.FromSeconds(90);

    /// <summary>How long to watch that something does not happen.</summary>
    protected virtual TimeSpan Watch => TimeSpan.FromMilliseconds(300);

    /// <summary>The clock that <see cref="Deadline"/> and <see cref="Watch"/> are measured on.</summary>
    protected virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>The provider under test, started.</summary>
    protected IComputeProvider Provider => _provider ?? throw new InvalidOperationException("The provider has not been started.");

    /// <summary>What it reported.</summary>
    protected RecordingComputeObserver Observer { get; private set; } = new();

    private protected static CancellationToken Token => TestContext.CurrentContext.CancellationToken;

    /// <summary>Starts the provider before each test.</summary>
    [SetUp]
    public async Task StartProviderAsync()
    {
        Observer = new RecordingComputeObserver { OnEnded = NoteLeftOver };
        _provider = await CreateAsync();
        await _provider.StartAsync(Observer, Token);
    }

    /// <summary>Ends what a test left running, forgets all and disposes the provider.</summary>
    [TearDown]
    public async Task CleanUpAsync()
    {
        if (_provider is not { } provider)
        {
            return;
        }

        foreach (var id in _launched)
        {
            await provider.StopAsync(id, StopMode.Kill, CancellationToken.None);
        }

        var haveEnded = await TryUntilAsync(async () => (await provider.ListAsync(CancellationToken.None)).All(status => status.Exit is not null));
        foreach (var id in _launched)
        {
            await provider.ForgetAsync(id, CancellationToken.None);
        }

        await provider.DisposeAsync();
        Assert.That(haveEnded, Is.True, $"within {Deadline.TotalSeconds} s: what the test left running is ended by a kill");
    }

    /// <summary>Its hosts have distinct ids, ports, and stay as they are.</summary>
    [Test]
    public void Hosts_are_distinct_and_fixed()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Provider.Hosts, Is.Not.Empty);
            Assert.That(Provider.Hosts.Select(host => host.Id), Is.Unique);
            Assert.That(Provider.Hosts, Has.All.Matches<ComputeHost>(host => host is { Ports.First: >= 1, Address.Length: > 0 }));
            Assert.That(Provider.Hosts, Is.EqualTo(Provider.Hosts));
        }
    }

    /// <summary>A fresh provider has no launches.</summary>
    [Test]
    public async Task New_provider_lists_nothing() => Assert.That(await Provider.ListAsync(Token), Is.Empty);

    /// <summary>A port that nobody outside holds is free, and one that somebody holds is not.</summary>
    [Test]
    public void Port_held_outside_the_fleet_is_not_free()
    {
        var port = NewRequest(LaunchBehaviour.Runs);
        var (host, number, protocol) = (port.Host, port.Ports[0].ExternalPort, port.Ports[0].Protocol);
        Assert.That(Provider.IsPortFree(host, number, protocol), Is.True);
        using (var held = HoldPort(host, number, protocol))
        {
            // A fixture that cannot hold a port shows at least that a free one is free.
            Assert.That(Provider.IsPortFree(host, number, protocol), Is.EqualTo(held is null));
        }

        Assert.That(Provider.IsPortFree(host, number, protocol), Is.True);
    }

    /// <summary>A provider with no launches, not yet started.</summary>
    protected abstract Task<IComputeProvider> CreateAsync();

    /// <summary>A launch that behaves as said, on ports that nobody else uses.</summary>
    protected abstract LaunchRequest Request(ComputeId id, LaunchBehaviour behaviour);

    /// <summary>Whether a process of the launch is left; false, by default, when the fixture cannot tell.</summary>
    protected virtual bool HasProcess(ComputeId id) => false;

    /// <summary>Holds a port as a process outside the fleet would, until disposed; null, by default, when the fixture cannot.</summary>
    protected virtual IDisposable? HoldPort(string host, int port, PortProtocol protocol) => null;

    /// <summary>Lets a little time pass on <see cref="Clock"/>.</summary>
    protected virtual Task LetTimePassAsync() => Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);

    /// <summary>An id that no other launch has, in this run or any other.</summary>
    protected static ComputeId NewId() => new(new InstanceId(new Guid(RandomNumberGenerator.GetBytes(16)).ToString()), 1);

    /// <summary>Launches something new that behaves as said.</summary>
    protected async Task<ComputeId> LaunchAsync(LaunchBehaviour behaviour)
    {
        var request = NewRequest(behaviour);
        await LaunchAsync(request);
        return request.Id;
    }

    /// <summary>Launches, and remembers the launch for the cleaning up.</summary>
    protected Task LaunchAsync(LaunchRequest request)
    {
        lock (_launched)
        {
            _launched.Add(request.Id);
        }

        return Provider.LaunchAsync(request, Token);
    }

    /// <summary>Waits until the ports of a launch are reported open.</summary>
    protected Task UntilPortsAreOpenAsync(ComputeId id) => UntilAsync(() => Observer.HasOpenPorts(id), $"the ports of {id} are open");

    /// <summary>Waits until the end of a launch is reported.</summary>
    protected Task UntilEndedAsync(ComputeId id) => UntilAsync(() => Observer.FindExit(id) is not null, $"{id} has ended");

    /// <summary>Asks a launch to end and waits until that is reported.</summary>
    protected async Task EndAsync(ComputeId id, StopMode mode)
    {
        await Provider.StopAsync(id, mode, Token);
        await UntilEndedAsync(id);
    }

    /// <summary>Waits until something is so, and fails when the deadline passes first.</summary>
    protected async Task UntilAsync(Func<bool> condition, string what) =>
        Assert.That(
            await TryUntilAsync(() => Task.FromResult(condition())),
            Is.True,
            $"within {Deadline.TotalSeconds} s: {what}. Reported: {string.Join(", ", Observer.Reports.TakeLast(20))}");

    private protected IReadOnlyCollection<ComputeId> LeftOver => _leftOver;

    private protected async Task ReplaceAsync(IComputeProvider provider, RecordingComputeObserver observer)
    {
        _provider = provider;
        Observer = observer;
        await provider.StartAsync(observer, Token);
    }

    private protected void NoteLeftOver(ComputeId id)
    {
        if (HasProcess(id))
        {
            lock (_leftOver)
            {
                _leftOver.Add(id);
            }
        }
    }

    private async Task<bool> TryUntilAsync(Func<Task<bool>> condition)
    {
        var start = Clock.GetTimestamp();
        while (!await condition())
        {
            if (Clock.GetElapsedTime(start) > Deadline)
            {
                return false;
            }

            await LetTimePassAsync();
        }

        return true;
    }

    private async Task WatchAsync()
    {
        var start = Clock.GetTimestamp();
        while (Clock.GetElapsedTime(start) < Watch)
        {
            await LetTimePassAsync();
        }
    }

    private LaunchRequest NewRequest(LaunchBehaviour behaviour) => Request(NewId(), behaviour);

    private protected async Task<ComputeStatus?> ListOneAsync(ComputeId id) =>
        (await Provider.ListAsync(Token)).SingleOrDefault(status => status.Id == id);
}
