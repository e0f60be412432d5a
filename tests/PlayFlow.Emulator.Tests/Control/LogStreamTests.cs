using System.Globalization;
using System.Text.Json;
using NUnit.Framework;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.Control;

/// <summary>A server's log as a stream of events.</summary>
internal sealed class LogStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Test]
    public async Task Stream_WhileTheServerWrites_LosesAndRepeatsNothing()
    {
        const int Lines = 3000;
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var (id, launch) = await RunAsync(scene);
        using var stream = await EventStream.OpenAsync(scene, id);
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < Lines; i++)
            {
                scene.Compute.WriteLine(launch, $"line {i}");
            }
        });
        var read = await stream.ReadAsync(Lines);
        await writing;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Select(line => line.Message), Is.EqualTo(Enumerable.Range(0, Lines).Select(i => $"line {i}")));
            Assert.That(read.Select(line => line.Id), Is.Ordered.And.Unique);
        }
    }

    [Test]
    public async Task Stream_TakenUpAgain_GoesOnWithTheNextLine()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var (id, launch) = await RunAsync(scene);
        var read = new List<string>();
        string? last = null;
        for (var round = 0; round < 10; round++)
        {
            using var stream = await EventStream.OpenAsync(scene, id, last);
            for (var i = 0; i < 7; i++)
            {
                scene.Compute.WriteLine(launch, $"line {(round * 7) + i}");
            }

            // Leaves before it has seen everything.
            var lines = await stream.ReadAsync(5);
            read.AddRange(lines.Select(line => line.Message));
            last = lines[^1].Id.ToString(CultureInfo.InvariantCulture);
        }

        Assert.That(read, Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"line {i}")));
    }

    [Test]
    public async Task Event_HasTheLineOnOneLine()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var (id, launch) = await RunAsync(scene);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        using var stream = await EventStream.OpenAsync(scene, id, query: "?start_time=2026-03-15T10:30:01Z");
        scene.Compute.WriteLine(launch, "a \"b\" \u2028 \r c");
        var line = (await stream.ReadAsync(1)).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(stream.ContentType, Is.EqualTo("text/event-stream"));
            Assert.That(line.Message, Is.EqualTo("a \"b\" \u2028 \r c"));
            Assert.That(line.Json, Does.StartWith("""{"timestamp":"2026-03-15T10:30:01.123Z","message":""").And.EndWith(
                $$""","level":"info","instance":"{{id}}","region":"us-east"}"""));
        }
    }

    [Test]
    public async Task Stream_WhenNothingIsWritten_SaysThatItIsThere()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var (id, _) = await RunAsync(scene);
        scene.Time.Advance(TimeSpan.FromSeconds(1));
        using var stream = await EventStream.OpenAsync(scene, id, query: "?start_time=-0s");
        var comment = stream.ReadCommentAsync();
        await EmulatorScene.UntilAsync(() =>
        {
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(comment.IsCompleted);
        });
        Assert.That(await comment, Is.EqualTo(": still here"));
    }

    [Test]
    public async Task Stream_OfAServerThatStops_HasItsLastWordsAndStaysOpen()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var (id, launch) = await RunAsync(scene);
        using var stream = await EventStream.OpenAsync(scene, id);
        scene.Compute.WriteLine(launch, "goodbye");
        scene.Compute.End(launch, ComputeExit.Exited(0));
        var last = await stream.ReadUntilAsync(line => line.Contains("PROCESS_EXITED", StringComparison.Ordinal));
        Assert.That(last, Has.Some.EqualTo("goodbye"));
    }

    [Test]
    public async Task Stream_WhenTheEmulatorEnds_Ends()
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        var (id, _) = await RunAsync(scene);
        using var stream = await EventStream.OpenAsync(scene, id);
        var end = stream.ReadToEndAsync();
        await scene.Host.App.StopAsync();
        Assert.That(await end.WaitAsync(Patience), Is.Not.Null);
    }

    [TestCase("unknown", null, "", 404)]
    [TestCase("unknown", "x", "", 422)]
    [TestCase("unknown", "-1", "", 422)]
    [TestCase("unknown", "99999999999999999999", "", 422)]
    [TestCase("unknown", null, "?start_time=soon", 422)]
    public async Task Stream_OfNothing_IsRefused(string id, string? last, string query, int status)
    {
        await using var scene = await EmulatorScene.StartAsync(Projects.Two);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/__emulator/servers/{id}/logs/stream{query}");
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        Assert.That((await scene.SendAsync(request)).Status, Is.EqualTo(status));
    }

    private static async Task<(string Id, ComputeId Launch)> RunAsync(EmulatorScene scene)
    {
        await scene.UploadAsync();
        var id = await scene.RunServerAsync();
        return (id, scene.Compute.Running.Single());
    }

    /// <summary>Reads events as a browser would; lines of the platform are passed over.</summary>
    private sealed class EventStream : IDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly StreamReader _reader;

        private EventStream(HttpResponseMessage response, Stream body)
        {
            _response = response;
            _reader = new StreamReader(body);
        }

        public string? ContentType => _response.Content.Headers.ContentType?.ToString();

        public static async Task<EventStream> OpenAsync(EmulatorScene scene, string id, string? last = null, string query = "")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/__emulator/servers/{id}/logs/stream{query}");
            request.Headers.Add("api-key", EmulatorScene.ServerKey);
            if (last is not null)
            {
                request.Headers.Add("Last-Event-ID", last);
            }

            var response = await scene.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(Patience);
            Assert.That((int)response.StatusCode, Is.EqualTo(200));
            return new EventStream(response, await response.Content.ReadAsStreamAsync());
        }

        public async Task<List<(long Id, string Message, string Json)>> ReadAsync(int count)
        {
            var lines = new List<(long, string, string)>();
            while (lines.Count < count)
            {
                var (id, json) = await NextAsync();
                var message = MessageOf(json);
                if (!message.StartsWith("[playflow]", StringComparison.Ordinal))
                {
                    lines.Add((id, message, json));
                }
            }

            return lines;
        }

        public async Task<List<string>> ReadUntilAsync(Func<string, bool> isLast)
        {
            var lines = new List<string>();
            do
            {
                lines.Add(MessageOf((await NextAsync()).Json));
            }
            while (!isLast(lines[^1]));

            return lines;
        }

        public async Task<string> ReadCommentAsync()
        {
            while (true)
            {
                if (await LineAsync() is [':', ..] comment)
                {
                    return comment;
                }
            }
        }

        public Task<string> ReadToEndAsync() => _reader.ReadToEndAsync();

        public void Dispose()
        {
            _reader.Dispose();
            _response.Dispose();
        }

        private async Task<(long Id, string Json)> NextAsync()
        {
            var id = await LineAsync();
            var data = await LineAsync();
            Assert.That(await LineAsync(), Is.Empty);
            Assert.That(id, Does.StartWith("id: "));
            Assert.That(data, Does.StartWith("data: "));
            return (long.Parse(id["id: ".Length..], CultureInfo.InvariantCulture), data["data: ".Length..]);
        }

        private async Task<string> LineAsync() =>
            await _reader.ReadLineAsync().WaitAsync(Patience) ?? throw new EndOfStreamException("The stream ended.");

        private static string MessageOf(string json) => JsonDocument.Parse(json).RootElement.GetProperty("message").GetString()!;
    }
}
