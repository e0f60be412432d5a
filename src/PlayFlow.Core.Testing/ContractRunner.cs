using System.Reflection;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace PlayFlow.Core.Testing;

/// <summary>Runs a contract's tests from code, apart from the test that asks for it.</summary>
internal static class ContractRunner
{
    /// <summary>The names of the tests that fail.</summary>
    public static async Task<IReadOnlyList<string>> FailuresAsync(Func<object> fixture)
    {
        var failures = new List<string>();
        foreach (var method in fixture().GetType().GetMethods())
        {
            foreach (var arguments in Cases(method))
            {
                if (await FailsAsync(fixture(), method, arguments).ConfigureAwait(false))
                {
                    failures.Add(method.Name);
                }
            }
        }

        return failures;
    }

    private static IEnumerable<object?[]> Cases(MethodInfo method) =>
        method.GetCustomAttributes<TestCaseAttribute>().Select(test => test.Arguments)
            .Concat(method.GetCustomAttributes<TestAttribute>().Where(_ => method.GetParameters().Length == 0).Select(_ => Array.Empty<object?>()));

    private static async Task<bool> FailsAsync(object fixture, MethodInfo test, object?[] arguments)
    {
        // Assertions report to the running test as well as throwing; here that must not be the one that asks.
        using var apart = new TestExecutionContext.IsolatedContext();
        try
        {
            if (test.Invoke(fixture, BindingFlags.DoNotWrapExceptions, null, arguments, null) is Task running)
            {
                await running.ConfigureAwait(false);
            }

            return false;
        }
        catch (Exception)
        {
            // Whatever a broken store makes a test throw, the test has failed.
            return true;
        }
    }
}
