using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using NUnit.Framework;

namespace PlayFlow.Core.Tests.Conventions;

/// <summary>What may touch what: the rooms of the house, held against every type and instruction.</summary>
public sealed class LayoutTests
{
    private static readonly string[] Domain =
    [
        "PlayFlow.Core.Engine", "PlayFlow.Core.Servers", "PlayFlow.Core.Builds", "PlayFlow.Core.Projects", "PlayFlow.Core.Ports",
        "PlayFlow.Core.RateLimiting", "PlayFlow.Core.Catalog", "PlayFlow.Core.Problems",
    ];

    // A clock, chance, waiting, the outside world.
    private static readonly string[] Impure =
    [
        "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Random", "System.Security.Cryptography.RandomNumberGenerator",
        "System.Environment", "System.Console", "System.Threading.Tasks", "System.Threading.Thread", "System.Threading.Timer",
        "System.Threading.Channels", "System.IO", "System.Net", "System.Diagnostics.Process", "System.Reflection",
        "System.Text.Json", "Microsoft",
    ];

    private static readonly string[] Outside =
    [
        "System.Net.Sockets", "System.Net.Http", "System.IO", "System.Diagnostics.Process", "System.Console", "System.Text.Json",
        "System.Reflection", "Microsoft.Data", "Docker",
    ];

    // An exception that happens to live there, and what the name of a type is asked of.
    private static readonly string[] Harmless = ["System.IO.InvalidDataException", "System.Reflection.MemberInfo"];

    private static IEnumerable<TestCaseData> Rooms()
    {
        yield return Case("The domain decides and does nothing", Assemblies.Core, new Room(
            Domain,
            [
                .. Impure, "PlayFlow.Core.Compute", "PlayFlow.Core.Storage", "PlayFlow.Core.Orchestration", "PlayFlow.Core.Telemetry",
                "PlayFlow.Core.Hosting", "PlayFlow.Core.Time",
            ])
        {
            Except = Harmless,
        });
        yield return Case("The core does no I/O, writes no JSON and does not reflect", Assemblies.Core, new Room(["PlayFlow.Core"], Outside)
        {
            Except = Harmless,
        });
        yield return Case("Provider and store interfaces know no implementation", Assemblies.Core, new Room(
            ["PlayFlow.Core.Compute", "PlayFlow.Core.Storage"],
            ["PlayFlow.Core.Compute.Fake", "PlayFlow.Core.Storage.InMemory", "PlayFlow.Core.Orchestration", "PlayFlow.Core.Hosting", "Microsoft"])
        {
            Without = ["PlayFlow.Core.Compute.Fake", "PlayFlow.Core.Storage.InMemory"],
        });
        yield return Case("The shell knows no implementation", Assemblies.Core, new Room(
            ["PlayFlow.Core.Orchestration", "PlayFlow.Core.Telemetry"],
            [
                "PlayFlow.Core.Compute.Fake", "PlayFlow.Core.Storage.InMemory", "PlayFlow.Core.Hosting",
                "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting",
            ]));
        foreach (var plug in new[] { Assemblies.Process, Assemblies.Docker, Assemblies.Sqlite })
        {
            yield return Case($"{plug} knows the interfaces alone", plug, new Room(
                [plug], ["PlayFlow.Core.Engine", "PlayFlow.Core.Orchestration", "PlayFlow.Core.Compute.Fake", "PlayFlow.Core.Storage.InMemory"]));
        }

        foreach (var dialect in Dialects())
        {
            yield return Case($"The dialect {dialect} knows no store, no provider and no other dialect", Assemblies.Emulator, new Room(
                [dialect],
                [
                    "PlayFlow.Core.Storage", "PlayFlow.Core.Process", "PlayFlow.Core.Docker", "PlayFlow.Core.Sqlite", "PlayFlow.Core.Compute.Fake",
                    "PlayFlow.Core.Compute.IComputeProvider", "PlayFlow.Core.Engine.Fleet", "PlayFlow.Emulator.Control",
                    .. Dialects().Where(other => other != dialect),
                ]));
        }

        yield return Case("What dialects share knows none of them", Assemblies.Emulator, new Room(
            ["PlayFlow.Emulator.Api.Shared"], ["PlayFlow.Core.Storage", "PlayFlow.Core.Process", "PlayFlow.Core.Docker", "PlayFlow.Core.Sqlite", .. Dialects()]));
    }

    [TestCaseSource(nameof(Rooms))]
    public void Room_KeepsOut(string assembly, object room)
    {
        var references = TypeReferences.Read(Assemblies.PathOf(assembly));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(((Room)room).IsEmpty(references), Is.False, "A namespace of the rule has nothing in it.");
            Assert.That(((Room)room).Violations(references), Is.Empty);
        }
    }

    [TestCase(Assemblies.Core)]
    [TestCase(Assemblies.Process, Assemblies.Core)]
    [TestCase(Assemblies.Docker, Assemblies.Core)]
    [TestCase(Assemblies.Sqlite, Assemblies.Core)]
    [TestCase(Assemblies.Testing, Assemblies.Core)]
    public void Package_RefersTo(string assembly, params string[] expected)
    {
        using var file = new PEReader(File.OpenRead(Assemblies.PathOf(assembly)));
        var metadata = file.GetMetadataReader();
        var referred = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));

        Assert.That(referred.Where(name => name.StartsWith("PlayFlow", StringComparison.Ordinal)), Is.EquivalentTo(expected));
    }

    /// <summary>Rules that nothing breaks prove nothing: these do break.</summary>
    [TestCase("Signature", "PlayFlow.Core.Storage.IFleetStore")]
    [TestCase("GenericArgument", "PlayFlow.Core.Storage.StoredFleet")]
    [TestCase("Body", "System.TimeProvider")]
    [TestCase("GenericCall", "PlayFlow.Core.Compute.IComputeProvider")]
    [TestCase("Waiting", "System.Threading.Tasks.Task")]
    [TestCase("Derived", "System.Random")]
    [TestCase("Nested", "System.IO.File")]
    [TestCase("Catching", "PlayFlow.Core.Storage.StoreException")]
    public void Room_BrokenOnPurpose_IsCaught(string type, string mentioned)
    {
        const string wrong = "PlayFlow.Core.Tests.Conventions.Wrong";
        var room = new Room([wrong], [.. Impure, "PlayFlow.Core.Storage", "PlayFlow.Core.Compute"]);

        var violations = room.Violations(TypeReferences.Read(typeof(LayoutTests).Assembly.Location));

        Assert.That(violations, Does.Contain($"{wrong}.{type} mentions {mentioned}"));
    }

    private static TestCaseData Case(string name, string assembly, Room room) => new TestCaseData(assembly, room).SetName(name);

    private static IEnumerable<string> Dialects() => Directory.GetDirectories(Path.Combine(RepositoryFiles.Root, "emulator", "Api"))
        .Select(Path.GetFileName)
        .Where(name => name is not "Shared")
        .Select(name => $"PlayFlow.Emulator.Api.{name}");
}
