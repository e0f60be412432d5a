using System.Net;
using System.Net.Sockets;
using System.Text;
using NUnit.Framework;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>How the emulator starts, refuses to start, and ends.</summary>
internal sealed class CommandLineJourney
{
    private static readonly string[] Fake = ["--provider", "fake"];
    private static readonly string[] InMemory = ["--in-memory", "--provider", "fake"];

    private static IEnumerable<TestCaseData> BadOptions()
    {
        yield return new TestCaseData((object)new[] { "--nonsense" }).SetArgDisplayNames("unknown option");
        yield return new TestCaseData((object)new[] { "start" }).SetArgDisplayNames("stray word");
        yield return new TestCaseData((object)new[] { "--port" }).SetArgDisplayNames("no value");
        yield return new TestCaseData((object)new[] { "--port", "1", "--port", "2" }).SetArgDisplayNames("given twice");
        yield return new TestCaseData((object)new[] { "--port", "x" }).SetArgDisplayNames("bad value");
        yield return new TestCaseData((object)new[] { "--host", "0.0.0.0", "--port", "0" }).SetArgDisplayNames("well-known keys outside");
        yield return new TestCaseData((object)new[] { "--host", "192.0.2.1", "--port", "0", "--allow-default-keys", "--in-memory" }).SetArgDisplayNames("address of another machine");
        yield return new TestCaseData((object)new[] { "--port", "0", "--provider", "docker", "--docker-host", "unix:///nowhere/docker.sock" }).SetArgDisplayNames("no Docker engine");
        yield return new TestCaseData((object)new[] { "--provider", "docker", "--docker-host", "nowhere" }).SetArgDisplayNames("no address of an engine");
        yield return new TestCaseData((object)new[] { "--port", "0", "--data", "/dev/null/x" }).SetArgDisplayNames("unwritable data directory");
        yield return new TestCaseData((object)new[] { "--port", "0", "--in-memory", "--provider", "fake", "--ready-file", "/dev/null/x" }).SetArgDisplayNames("unwritable ready file");
    }

    [TestCaseSource(nameof(BadOptions))]
    public async Task Start_ThatCannotBe_SaysOneLineAndEndsWithTwo(string[] arguments)
    {
        using var directory = new TemporaryDirectory();
        AssertRefused(await EmulatorProcess.RunAsync(directory.FullPath, arguments));
    }

    [Test]
    public async Task Port_ThatIsTaken_IsNamed()
    {
        using var directory = new TemporaryDirectory();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var ended = await EmulatorProcess.RunAsync(directory.FullPath, ["--port", $"{port}", .. Fake]);
        AssertRefused(ended);
        Assert.That(ended.Errors, Does.Contain($"127.0.0.1:{port}"));
        Assert.That(ended.Output, Is.Empty);
    }

    [Test]
    public async Task DataDirectory_ThatIsDamaged_IsNamed()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.At("data"));
        await File.WriteAllTextAsync(directory.At("data/fleet.db"), new string('x', 10_000));
        var ended = await EmulatorProcess.RunAsync(directory.FullPath, ["--port", "0", "--data", directory.At("data"), .. Fake]);
        AssertRefused(ended);
        Assert.That(ended.Errors, Does.Contain("fleet.db"));
    }

    [TestCase("builds", true, "fake")]
    [TestCase("process", true, "process")]
    [TestCase("fleet.db", false, "fake")]
    [TestCase("logs.db", false, "fake")]
    [TestCase("upload.key", false, "fake")]
    [TestCase("upload.key.part", false, "fake")]
    [TestCase("emulator.lock", false, "fake")]
    public async Task DataDirectory_WithSomethingElseInAPlace_IsRefused(string name, bool isFile, string provider)
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory.At("data"));
        if (isFile)
        {
            await File.WriteAllTextAsync(directory.At($"data/{name}"), "x");
        }
        else
        {
            Directory.CreateDirectory(directory.At($"data/{name}"));
        }

        AssertRefused(await EmulatorProcess.RunAsync(
            directory.FullPath, "--port", "0", "--data", directory.At("data"), "--provider", provider));
    }

    [Test]
    public async Task DataDirectory_OfAnotherEmulator_IsNotTouched_AndIsFreeAfterItWasKilled()
    {
        using var directory = new TemporaryDirectory();
        string[] arguments = ["--data", directory.At("data"), .. Fake];
        await using (var first = await EmulatorProcess.StartAsync(directory.FullPath, arguments))
        {
            var second = await EmulatorProcess.RunAsync(directory.FullPath, ["--port", "0", .. arguments]);
            AssertRefused(second);
            Assert.That(second.Errors, Does.Contain("in use by another emulator"));
            Assert.That((await first.GetAsync("/api/health")).Status, Is.EqualTo(200));
            await first.SignalAsync("KILL");
        }

        await using var third = await EmulatorProcess.StartAsync(directory.FullPath, arguments);
        Assert.That((await third.GetAsync("/api/health")).Status, Is.EqualTo(200));
    }

    [TestCase(true, TestName = "ReadyFile_OfAnotherEmulator_StaysWhenTheDirectoryIsInUse")]
    [TestCase(false, TestName = "ReadyFile_OfAnotherEmulator_StaysWhenThePortIsTaken")]
    public async Task ReadyFile_OfAnotherEmulator_Stays(bool sameDirectory)
    {
        using var directory = new TemporaryDirectory();
        await using var first = await EmulatorProcess.StartAsync(directory.FullPath, ["--data", directory.At("data"), .. Fake]);
        var written = await File.ReadAllTextAsync(directory.At("ready.json"));
        AssertRefused(await EmulatorProcess.RunAsync(
            directory.FullPath,
            [
                "--port", sameDirectory ? "0" : $"{new Uri(first.Url).Port}",
                "--data", directory.At(sameDirectory ? "data" : "other"),
                "--ready-file", directory.At("ready.json"), .. Fake,
            ]));
        Assert.That(await File.ReadAllTextAsync(directory.At("ready.json")), Is.EqualTo(written));
    }

    [Test]
    public async Task ReadyFile_ThatAnotherEmulatorWroteSince_StaysAtTheEnd()
    {
        using var directory = new TemporaryDirectory();
        await using var first = await EmulatorProcess.StartAsync(directory.FullPath, InMemory);
        await using var second = await EmulatorProcess.StartAsync(directory.FullPath, InMemory);
        Assert.That((await first.SignalAsync("TERM")).Code, Is.Zero);
        Assert.That(await File.ReadAllTextAsync(directory.At("ready.json")), Does.Contain(second.Url));
        Assert.That((await second.SignalAsync("TERM")).Code, Is.Zero);
        Assert.That(File.Exists(directory.At("ready.json")), Is.False);
    }

    [TestCase("TERM")]
    [TestCase("INT")]
    [TestCase("QUIT")]
    [TestCase("HUP")]
    public async Task Signal_StopsServersAndEndsWithZero(string signal)
    {
        using var directory = new TemporaryDirectory();
        await using var emulator = await EmulatorProcess.StartAsync(directory.FullPath, InMemory);
        await emulator.UploadAsync(Support.EmulatorScene.Zip("Server.x86_64"), "Server.x86_64");
        await emulator.RunServerAsync(Support.EmulatorScene.MinimalStart);
        var (code, output, errors) = await emulator.SignalAsync(signal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(code, Is.Zero);
            Assert.That(errors, Is.Empty);
            Assert.That(output, Does.Contain(emulator.Url).And.Contain("pf_local").And.Contain("pfclient_local").And.Contain("curl"));
            Assert.That(File.Exists(directory.At("ready.json")), Is.False);
        }
    }

    [Test]
    public async Task Signal_DuringAnUpload_DoesNotWaitForIt()
    {
        using var directory = new TemporaryDirectory();
        await using var emulator = await EmulatorProcess.StartAsync(directory.FullPath, InMemory);
        var url = new Uri((await emulator.SendAsync(HttpMethod.Post, "/api/v3/builds/upload-url")).Text("upload_url"));
        using var slow = new TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, url.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"));

        // Only who reads the body says so.
        var answer = new byte[25];
        await slow.GetStream().ReadExactlyAsync(answer);
        Assert.That(Encoding.ASCII.GetString(answer), Is.EqualTo("HTTP/1.1 100 Continue\r\n\r\n"));
        Assert.That((await emulator.SignalAsync("TERM")).Code, Is.Zero);
    }

    [Test]
    public async Task Help_ListsEveryOptionWithItsVariable()
    {
        using var directory = new TemporaryDirectory();
        var (code, output, _) = await EmulatorProcess.RunAsync(directory.FullPath, "--help");
        Assert.That(code, Is.Zero);
        foreach (var option in new Emulator.Cli.OptionSet().All)
        {
            Assert.That(output, Does.Contain(option.Name).And.Contain(Emulator.Cli.OptionSet.VariableOf(option)));
        }
    }

    [Test]
    public async Task Version_IsPrinted()
    {
        using var directory = new TemporaryDirectory();
        var (code, output, _) = await EmulatorProcess.RunAsync(directory.FullPath, "--version");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Match(@"^\d+\.\d+\.\d+"));
    }

    [Test]
    public async Task Fleet_OutlivesAnEmulatorThatIsKilled()
    {
        using var directory = new TemporaryDirectory();
        string[] arguments = ["--data", directory.At("data"), .. Fake];
        string running, stopped, build, unused;
        await using (var emulator = await EmulatorProcess.StartAsync(directory.FullPath, arguments))
        {
            build = await emulator.UploadAsync(Support.EmulatorScene.Zip("Server.x86_64"), "Server.x86_64");
            running = (await emulator.RunServerAsync("""{"name":"a","region":"sea","auto_restart":true,"custom_data":{"n":0}}""")).GetProperty("instance_id").GetString()!;
            stopped = (await emulator.RunServerAsync("""{"name":"b","region":"sea"}""")).GetProperty("instance_id").GetString()!;
            await emulator.SendAsync(HttpMethod.Delete, $"/api/v3/servers/{stopped}");

            // A log's last milliseconds may go with the process; what was read of it is kept.
            Assert.That((await emulator.GetAsync($"/api/v3/servers/{stopped}/logs")).Body, Does.Contain("SHUTDOWN_SIGNAL"));
            unused = (await emulator.SendAsync(HttpMethod.Post, "/api/v3/builds/upload-url?name=later")).Text("upload_url");
            await emulator.SendAsync(HttpMethod.Post, $"/api/v3/servers/{running}/update", """{"custom_data":{"n":1}}""");
            await emulator.SignalAsync("KILL");
        }

        await using var again = await EmulatorProcess.StartAsync(directory.FullPath, arguments);
        var server = await again.GetAsync($"/api/v3/servers/{running}");
        using var put = await again.Client.PutAsync(
            again.Url + new Uri(unused).PathAndQuery, new ByteArrayContent(Support.EmulatorScene.Zip("Server.x86_64")));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(server.Status, Is.EqualTo(200));
            Assert.That(server.Json.GetProperty("custom_data").GetRawText(), Is.EqualTo("""{"n":1}"""));
            Assert.That(server.Text("status"), Is.Not.EqualTo("stopped"));
            Assert.That((await again.GetAsync($"/api/v3/servers/{stopped}")).Text("status"), Is.EqualTo("stopped"));
            Assert.That((await again.GetAsync($"/api/v3/servers/{stopped}/logs")).Body, Does.Contain("SHUTDOWN_SIGNAL"));
            Assert.That((await again.GetAsync($"/api/v3/builds/{build}")).Text("status"), Is.EqualTo("ready"));
            Assert.That((int)put.StatusCode, Is.EqualTo(200), "an upload URL outlives a restart");
        }
    }

    private static void AssertRefused((int Code, string Output, string Errors) ended)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended.Code, Is.EqualTo(2), ended.Errors);
            Assert.That(ended.Errors, Does.StartWith("playflow-emulator: "));
            Assert.That(ended.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), ended.Errors);
        }
    }
}
