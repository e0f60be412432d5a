// Every figure stands beside a floor or a peer, measured in the same run; ratios count, not nanoseconds. All of them, in ten minutes:
//   dotnet run -c Release --project benchmarks -- all
// One group of them by its name, http for instance; the list is below:
//   dotnet run -c Release --project benchmarks -- http
// The in-process hot paths with BenchmarkDotNet's options; without --job, a job that takes minutes for all; for figures to keep,
// add --job default:
//   dotnet run -c Release --project benchmarks -- --filter '*'
using PlayFlow.Benchmarks;
using PlayFlow.Benchmarks.Claims;
using PlayFlow.Benchmarks.Docker;
using PlayFlow.Benchmarks.Emulator;
using PlayFlow.Benchmarks.Engine;
using PlayFlow.Benchmarks.Http;
using PlayFlow.Benchmarks.Launch;
using PlayFlow.Benchmarks.Logs;
using PlayFlow.Benchmarks.Relay;

Driver[] drivers =
[
    new("memory", "Memory of a live server in the engine", LiveServerMemory.PrintAsync),
    new("emulator", "The emulator as a program: boot, memory, upload; needs unzip and zstd, and gcc and zlib1g-dev for the native file", EmulatorFigures.PrintAsync),
    new("http", "The HTTP API under load, and growth", HttpFigures.PrintAsync),
    new("claims", "A server claimed from a warm pool", ClaimFigures.PrintAsync),
    new("launch", "A game launched by the process provider; needs Linux and perl", () => OperatingSystem.IsLinux() ? LaunchFigures.PrintAsync() : Driver.NeedsLinux()),
    new("relay", "The relay of the process provider; needs Linux", () => OperatingSystem.IsLinux() ? RelayFigures.PrintAsync() : Driver.NeedsLinux()),
    new("logs", "Twenty servers that write logs, as processes, into SQLite; needs Linux and perl", LogFigures.PrintAsync),
    new("docker", "The Docker provider; needs root, docker.io, unzip, zstd, python3", DockerFigures.PrintAsync),
];

switch (args)
{
    case ["all"]:
        return await Driver.RunAllAsync(drivers);
    case [var name] when drivers.FirstOrDefault(driver => driver.Name == name) is { } driver:
        await driver.PrintAsync();
        return 0;
    default:
        return HotPaths.Run(args);
}
