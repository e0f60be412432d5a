using NUnit.Framework;
using PlayFlow.Emulator.Tests.OpenApi.Check;

namespace PlayFlow.Emulator.Tests;

/// <summary>Tells, when every test has run, which answers of the API the run has seen.</summary>
[SetUpFixture]
internal sealed class EndOfRun
{
    [OneTimeTearDown]
    public void Tell()
    {
        if (SeenAnswers.Any)
        {
            // Of the streams a test may write to, the runner shows this one at every level of detail.
            TestContext.Error.WriteLine(SeenAnswers.ToTable());
        }
    }
}
