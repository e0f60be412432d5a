using System.Globalization;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Docker.Tests.Kit;

namespace PlayFlow.Core.Docker.Tests;

/// <summary>Versions of one build: what the image of a later one shares with that of an earlier one, and that nobody notices.</summary>
public sealed class VersionTests
{
    private const string Tells = "cd /game\nls -lRn . | grep -v total | tr -s ' ' | cut -d' ' -f1,3,4,5,9-\ncat $(ls | grep txt)";

    private DockerHarness _harness = null!;
    private RefusingEngine? _refusing;

    [TearDown]
    public async Task EndAsync()
    {
        if (_harness is not null)
        {
            await _harness.DisposeAsync();
        }

        if (_refusing is not null)
        {
            await _refusing.DisposeAsync();
        }
    }

    [Test]
    public async Task LaterVersions_ShareALayer_AndHoldWhatTheyWouldByThemselves()
    {
        _harness = await DockerHarness.StartAsync();
        Action<string>[] versions =
        [
            folder => Write(folder, ("a.txt", "one"), ("gone.txt", "gone"), ("data/kept", "kept"), ("data/sub/file", "x"), ("file", "file"), ("folder/file", "y")),
            folder => Write(folder, ("a.txt", "two"), ("b.txt", "new"), ("data/kept", "kept"), ("file/now/a", "folder"), ("folder", "a file now")),
            folder => Write(folder, ("a.txt", "one"), ("data/kept", "kept"), ("data/sub/file", "z"), ("file", "file"), ("folder/file", "y")),
        ];
        var builds = versions.Select(version => _harness.AddBuild(version)).ToArray();
        foreach (var build in builds)
        {
            Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        }

        var layers = await Task.WhenAll(builds.Select(LayersAsync));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(layers.Select(own => own.Length), Is.EqualTo([1, 2, 2]));
            Assert.That(layers.Select(own => own[0]).Distinct().Count(), Is.EqualTo(1), "the first layer is shared");
        }

        // By themselves: each where no earlier version is known.
        await _harness.DeleteAsync(builds[0]);
        var shared = await Task.WhenAll(builds[1..].Select(build => _harness.RunAsync(_harness.Request(build))));
        foreach (var (version, seen) in versions[1..].Zip(shared))
        {
            await using var other = await DockerHarness.StartAsync();
            var alone = other.AddBuild(version);
            Assert.That((await other.ProcessAsync(alone)).Fault, Is.Null);
            Assert.That(seen, Is.EqualTo(await other.RunAsync(other.Request(alone))).And.Not.Empty);
        }
    }

    [Test]
    public async Task VersionThatIsMostlyOther_OrWithoutKnowledgeOfTheLast_IsAWholeLayer()
    {
        _harness = await DockerHarness.StartAsync();
        var builds = new[] { "1", "2", "2" }.Select(digit => _harness.AddBuild(folder => Write(folder, ("data", new string(digit[0], 100_000))))).ToArray();
        Assert.That((await _harness.ProcessAsync(builds[0])).Fault, Is.Null);
        Assert.That((await _harness.ProcessAsync(builds[1])).Fault, Is.Null);
        foreach (var file in Directory.GetFiles(Path.Combine(_harness.Folder, "data", "layers")))
        {
            await File.WriteAllTextAsync(file, "{");
        }

        Assert.That((await _harness.ProcessAsync(builds[2])).Fault, Is.Null);
        Assert.That((await Task.WhenAll(builds.Select(LayersAsync))).Select(own => own.Length), Is.EqualTo([1, 1, 1]));
    }

    [Test]
    public async Task Knowledge_OfALayer_GoesWithTheLastImageThatHasIt()
    {
        _harness = await DockerHarness.StartAsync();
        var builds = new[] { "1", "2" }.Select(digit => _harness.AddBuild(folder => Write(folder, ("data", new string('x', 1000)), ("digit", digit)))).ToArray();
        foreach (var build in builds)
        {
            Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        }

        await _harness.DeleteAsync(builds[0]);
        Assert.That(Listings(), Has.Length.EqualTo(1));
        await _harness.DeleteAsync(builds[1]);
        Assert.That(Listings(), Is.Empty);
    }

    [Test]
    public async Task LayerThatIsGone_IsLaidAnew()
    {
        _harness = await DockerHarness.StartAsync();
        var builds = new[] { "1", "2" }.Select(digit => _harness.AddBuild(folder => Write(folder, ("data", new string('x', 1000)), ("digit", digit)))).ToArray();
        Assert.That((await _harness.ProcessAsync(builds[0])).Fault, Is.Null);

        // An image that claims a layer it does not have.
        var listing = Listings().Single();
        var name = await _harness.Engine.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}", "--filter", $"label=playflow.owner={_harness.Owner}");
        var labels = await _harness.Engine.DockerAsync("inspect", "-f", "{{range $k, $v := .Config.Labels}}{{$k}}={{$v}}\n{{end}}", name);
        await _harness.Engine.DockerAsync("rmi", name);
        await SampleImages.MakeAsync(
            _harness.Engine, name, [.. labels.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(label => $"LABEL \"{label.Replace("=", "\"=\"", StringComparison.Ordinal)}\"")]);

        Assert.That((await _harness.ProcessAsync(builds[1])).Fault, Is.Null);
        Assert.That(await LayersAsync(builds[1]), Has.Length.EqualTo(1));
        Assert.That(File.Exists(listing), Is.True);
    }

    [Test]
    public async Task Image_KeepsWhatTheBaseImageSaysOfItself()
    {
        var engine = await SharedEngine.GetAsync();
        const string Base = "pfd-test/said:1";
        await SampleImages.MakeAsync(
            engine, Base, "ENV COLOUR=red", "LABEL own=said", "EXPOSE 99/udp", "CMD [\"/bin/ls\"]",
            "HEALTHCHECK --interval=77s CMD [\"/bin/id\"]");
        _harness = await DockerHarness.StartAsync(prepare: harness => harness.BaseImage = Base);
        var build = _harness.AddScript("echo $COLOUR $(id -u) $PWD");
        Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        var said = await engine.DockerAsync(
            "inspect", "-f", "{{.Config.Labels.own}} {{.Config.ExposedPorts}} {{.Config.Healthcheck.Interval}} {{.Config.Entrypoint}} {{.Config.Cmd}} {{.Architecture}} {{.Os}}",
            (await _harness.ImagesAsync()).Single());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(said, Is.EqualTo("said map[99/udp:{}] 1m17s [/game/Server.x86_64] [] amd64 linux"));
            Assert.That(await _harness.RunAsync(_harness.Request(build)), Is.EqualTo(["red 1000 /game"]));
        }
    }

    [Test]
    public async Task Engine_ThatLoadsNoPartOfAnImage_MakesItOfAContainer_AndIsAskedOnce()
    {
        _refusing = RefusingEngine.Start(await SharedEngine.GetAsync(), "/images/load");
        _harness = await DockerHarness.StartAsync(prepare: harness => harness.Endpoint = _refusing.Endpoint);
        var builds = new[] { "1", "2" }.Select(digit => _harness.AddScript("echo " + digit)).ToArray();
        foreach (var build in builds)
        {
            Assert.That((await _harness.ProcessAsync(build)).Fault, Is.Null);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_refusing.Refusals, Is.EqualTo(1));
            Assert.That(await _harness.RunAsync(_harness.Request(builds[0])), Is.EqualTo(["1"]));
            Assert.That(await _harness.RunAsync(_harness.Request(builds[1])), Is.EqualTo(["2"]));
            Assert.That(Listings(), Is.Empty);
            Assert.That(await LayersAsync(builds[1]), Has.Length.EqualTo(1));
        }
    }

    private string[] Listings() =>
        Directory.Exists(Path.Combine(_harness.Folder, "data", "layers")) ? Directory.GetFiles(Path.Combine(_harness.Folder, "data", "layers")) : [];

    // Those that are not the base image's.
    private async Task<string[]> LayersAsync(Build build)
    {
        var name = await _harness.Engine.DockerAsync(
            "images", "-q", "--filter", $"label=playflow.owner={_harness.Owner}", "--filter", string.Create(CultureInfo.InvariantCulture, $"label=playflow.build={build.Id}"));
        return [.. (await OfAsync(name)).Except(await OfAsync(_harness.BaseImage))];

        async Task<string[]> OfAsync(string image) =>
            (await _harness.Engine.DockerAsync("inspect", "-f", "{{range .RootFS.Layers}}{{.}} {{end}}", image)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static void Write(string folder, params (string Path, string Content)[] files)
    {
        FolderArtefacts.WriteScript(folder, Build.DefaultExecutablePath, Tells);
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllText(Path.Combine(folder, path), content);
        }
    }
}
