using System.Reflection;
using NUnit.Framework;
using PublicApiGenerator;

namespace PlayFlow.Core.Tests.Conventions;

/// <summary>The public surface of each package, as a file to be reviewed as a diff.</summary>
public sealed class PublicApiTests
{
    private static IEnumerable<string> Packages => Assemblies.Packages;

    [TestCaseSource(nameof(Packages))]
    public void Public_api_is_as_accepted(string package)
    {
        var generated = Assembly.LoadFrom(Assemblies.PathOf(package))
            .GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n").TrimEnd() + "\n";

        Assert.That(RepositoryFiles.Accepted($"src/{package}/PublicApi.txt", generated), Is.EqualTo(generated));
    }
}
