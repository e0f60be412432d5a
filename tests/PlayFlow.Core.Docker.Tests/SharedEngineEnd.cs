using PlayFlow.Core.Docker.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>Takes the shared engine down after the last test.</summary>
[SetUpFixture]
public sealed class SharedEngineEnd
{
    [OneTimeTearDown]
    public static Task EndAsync() => SharedEngine.EndAsync();
}
