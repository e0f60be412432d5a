using System.Diagnostics;

namespace PlayFlow.Benchmarks;

/// <summary>A group of figures and what prints them.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Title">What stands above its figures, and what they need.</param>
/// <param name="PrintAsync">Measures and prints.</param>
internal sealed record Driver(string Name, string Title, Func<Task> PrintAsync)
{
    /// <summary>What a group prints where it cannot be.</summary>
    public static Task NeedsLinux() => throw new PlatformNotSupportedException("it needs Linux.");

    /// <summary>Prints all figures. Those that cannot be had on this machine say why.</summary>
    /// <returns>0 when there is nothing that failed.</returns>
    public static async Task<int> RunAllAsync(IEnumerable<Driver> drivers)
    {
        var clock = Stopwatch.StartNew();
        var failed = 0;
        await PrintAsync(new Driver("", "The engine's hot paths, in short: --filter '*' takes its time", HotPaths.PrintAsync));
        foreach (var driver in drivers)
        {
            await PrintAsync(driver);
        }

        Console.WriteLine($"All of it took {clock.Elapsed:m\\:ss}.");
        return failed;

        async Task PrintAsync(Driver driver)
        {
            Console.WriteLine($"## {driver.Title}");
            Console.WriteLine();
            try
            {
                await driver.PrintAsync();
            }
#pragma warning disable CA1031 // whatever one group lacks, the others are measured
            catch (Exception fault)
#pragma warning restore CA1031
            {
                failed = 1;
                Console.WriteLine($"Not measured here: {fault.Message}");
            }

            Console.WriteLine();
        }
    }
}
