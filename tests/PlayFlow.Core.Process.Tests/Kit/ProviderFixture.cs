namespace PlayFlow.Core.Process.Tests.Kit;

/// <summary>Tests that each have a provider of their own, started before and ended after with all that it runs.</summary>
public abstract class ProviderFixture(PlatformKind kind = PlatformKind.Best)
{
    private protected ProviderHarness Harness { get; } = new(kind);

    [SetUp]
    public Task Start() => Harness.StartAsync();

    [TearDown]
    public async Task End() => await Harness.DisposeAsync();
}
