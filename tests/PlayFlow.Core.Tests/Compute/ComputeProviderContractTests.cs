using System.Collections.Immutable;
using System.Reflection;
using NUnit.Framework;
using NUnit.Framework.Internal;
using PlayFlow.Core.Testing.Compute;

namespace PlayFlow.Core.Tests.Compute;

/// <summary>The suite notices a provider that does not keep the contract.</summary>
public sealed class ComputeProviderContractTests
{
    private static IEnumerable<Breakage> Breakages => Enum.GetValues<Breakage>().Where(breakage => breakage != Breakage.None);

    [TestCaseSource(nameof(Breakages))]
    public async Task Broken_provider_fails_the_suite(Breakage breakage) =>
        Assert.That(await FailuresOfAsync(breakage), Is.Not.Empty);

    [Test]
    public async Task Provider_that_is_only_wrapped_passes_the_suite() =>
        Assert.That(await FailuresOfAsync(Breakage.None), Is.Empty);

    private static async Task<ImmutableArray<string>> FailuresOfAsync(Breakage breakage)
    {
        var failures = ImmutableArray.CreateBuilder<string>();
        foreach (var (method, arguments) in Tests())
        {
            if (await FailureOfAsync(breakage, method, arguments) is { } failure)
            {
                failures.Add($"{method.Name}({string.Join(", ", arguments)}): {failure}");
            }
        }

        TestContext.Out.WriteLine($"{breakage}: {string.Join(", ", failures.Select(failure => failure.Split(':')[0]))}");
        return failures.ToImmutable();
    }

    // Each test of the suite, run by hand: a runner within a runner would report the failures we want as ours.
    private static IEnumerable<(MethodInfo Method, object?[] Arguments)> Tests()
    {
        foreach (var method in typeof(DurableComputeProviderContract).GetMethods())
        {
            var cases = method.GetCustomAttributes<TestCaseAttribute>().Select(testCase => testCase.Arguments).ToArray();
            if (cases.Length > 0)
            {
                foreach (var arguments in cases)
                {
                    yield return (method, arguments);
                }
            }
            else if (method.IsDefined(typeof(TestAttribute)))
            {
                if (method.GetParameters() is [{ ParameterType.IsEnum: true } parameter])
                {
                    foreach (var value in Enum.GetValues(parameter.ParameterType))
                    {
                        yield return (method, [value]);
                    }
                }
                else
                {
                    yield return (method, []);
                }
            }
        }
    }

    private static async Task<string?> FailureOfAsync(Breakage breakage, MethodInfo method, object?[] arguments)
    {
        using (new TestExecutionContext.IsolatedContext())
        {
            var suite = new FakeComputeProviderContractTests(25) { Wrap = provider => new BrokenComputeProvider(provider, breakage) };
            try
            {
                await suite.StartProviderAsync();
                if (method.Invoke(suite, arguments) is Task running)
                {
                    await running;
                }

                await suite.CleanUpAsync();
                return null;
            }
            catch (IgnoreException)
            {
                return null;
            }
            catch (Exception failure)
            {
                return (failure is TargetInvocationException { InnerException: { } inner } ? inner : failure).Message;
            }
        }
    }
}
