using NUnit.Framework;
using PlayFlow.Core.Compute;

namespace PlayFlow.Core.Tests.Compute;

public sealed class PlatformVariableTests
{
    [TestCase("PLAYFLOW_REGION", true)]
    [TestCase("playflow_region", true)]
    [TestCase("PlayFlow_", true)]
    [TestCase("PLAYFLOW", false)]
    [TestCase("MY_PLAYFLOW_REGION", false)]
    [TestCase("", false)]
    public void Reserved_AreThePlatformsNames_InAnyCase(string name, bool expected) =>
        Assert.That(PlatformVariable.IsReserved(name), Is.EqualTo(expected));
}
