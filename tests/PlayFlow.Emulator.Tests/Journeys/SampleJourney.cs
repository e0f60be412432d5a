using NUnit.Framework;
using PlayFlow.Tests.Kit;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>The samples that talk to an emulator, run as their first line says, against one that runs the sample game.</summary>
[Platform("Linux")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class SampleJourney
{
    private readonly TemporaryDirectory _directory = new();
    private EmulatorProcess? _emulator;

    private EmulatorProcess Emulator => _emulator!;

    private string Archive => _directory.At("echo.zip");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        await File.WriteAllBytesAsync(Archive, EchoGame.Zip());
        _emulator = await EmulatorProcess.StartAsync(_directory.FullPath, "--data", _directory.At("data"), "--port-range", TestPorts.Range(50), "--no-rate-limit");
        await RunAsync("sh", Script("build.sh"), Archive, EchoGame.Executable);
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        if (_emulator is not null)
        {
            await _emulator.SignalAsync("TERM");
            await _emulator.DisposeAsync();
        }

        _directory.Dispose();
    }

    private static IEnumerable<string> Scripts() =>
        Directory.GetFiles(Path.Combine(Repository.Root, "samples", "curl"), "*.sh").Select(file => Path.GetFileName(file)!).Except(["lib.sh"]);

    [TestCaseSource(nameof(Scripts))]
    public void Script_BeginsWithTheLineThatRunsIt(string name) =>
        Assert.That(File.ReadLines(Script(name)).Take(2), Is.EqualTo(new[] { "#!/bin/sh", name is "build.sh"
            ? "# sh samples/curl/build.sh FILE.zip [EXECUTABLE]"
            : $"# sh samples/curl/{name}" }));

    [TestCase("server.sh", "\"status\":\"running\"", "{\"map\":\"harbour\"}", "echo server: listening", "\"ttl\":900", "{\"status\":\"stopped\"}")]
    [TestCase("pool.sh", "\"is_pool_server\":true", "\"name\":\"ranked\"", "\"server_name\"", "{\"status\":\"stopped\"}")]
    [TestCase("refusals.sh", "\"status\":401", "\"status\":404", "\"status\":405", "invalid_enum_value")]
    [TestCase("v2.sh", "\"total_builds\":", "\"total_servers\":", "{\"status\":\"stopped\"}")]
    public async Task Script_RunsToItsEnd(string name, params string[] parts)
    {
        var output = await RunAsync("sh", Script(name));
        using (Assert.EnterMultipleScope())
        {
            foreach (var part in parts)
            {
                Assert.That(output, Does.Contain(part));
            }
        }
    }

    [Test]
    public void Scripts_AreAllRun()
    {
        var run = typeof(SampleJourney).GetMethod(nameof(Script_RunsToItsEnd))!
            .GetCustomAttributes(typeof(TestCaseAttribute), false).Cast<TestCaseAttribute>().Select(test => (string)test.Arguments[0]!);
        Assert.That(run.Append("build.sh"), Is.EquivalentTo(Scripts()));
    }

    [Test]
    public async Task ApiClient_UploadsStartsPlaysAndStops()
    {
        var client = Path.Combine(Repository.Root, "samples", "ApiClient", "bin", Repository.Configuration, "net10.0", "ApiClient.dll");
        var output = await RunAsync("dotnet", client, Archive, EchoGame.Executable);
        Assert.That(output, Does.Contain("is ready").And.Contain("the game answers: hello").And.Contain("duel is stopped"));
    }

    [Test]
    public async Task ApiClient_OfAWrongKey_SaysWhatWasRefused()
    {
        var client = Path.Combine(Repository.Root, "samples", "ApiClient", "bin", Repository.Configuration, "net10.0", "ApiClient.dll");
        var (code, output) = await StartAsync("pf_nobody", "dotnet", client, Archive);
        Assert.That((code, output.Trim()), Is.EqualTo((1, "refused with 401: Invalid API key")));
    }

    private static string Script(string name) => Path.Combine(Repository.Root, "samples", "curl", name);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await StartAsync("pf_local", program, arguments);
        Assert.That(code, Is.Zero, output);
        return output;
    }

    private Task<(int Code, string Output)> StartAsync(string key, string program, params string[] arguments) =>
        Shell.RunAsync(program, arguments, ("PLAYFLOW_URL", Emulator.Url), ("PLAYFLOW_KEY", key));
}
