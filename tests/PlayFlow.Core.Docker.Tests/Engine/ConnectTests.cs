using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Tests.Kit;
using PlayFlow.Core.Testing.Compute;

namespace PlayFlow.Core.Docker.Tests.Engine;

/// <summary>An engine that cannot be used is refused at the start, by name.</summary>
public sealed class ConnectTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("pfd-connect-").FullName;

    private string SocketPath => Path.Combine(_folder, "engine.sock");

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Engine_ThatIsNotThere_IsNamed() =>
        Assert.That(await RefusalAsync(), Does.Contain($"the Docker engine at unix://{SocketPath} cannot be reached: there is no such socket"));

    [Test]
    public async Task Engine_ThatIsTooOld_IsNamed() => Assert.That(
        await RefusalAsync("""{"Version":"19.03.15","ApiVersion":"1.40"}"""),
        Does.Contain("is too old: version 19.03.15 speaks API 1.40, and 1.41 (engine 20.10) is needed"));

    [Test]
    public async Task Engine_OfAnotherSystem_IsNamed() => Assert.That(
        await RefusalAsync("""{"Version":"27.0","ApiVersion":"1.46","OSType":"windows"}"""), Does.Contain("runs windows containers"));

    [Test]
    public async Task Engine_ThatNeverAnswers_IsGivenUp() => Assert.That(await RefusalAsync(string.Empty, TimeSpan.FromSeconds(2)), Does.Contain("did not answer within 2 s"));

    [Test]
    public void Address_ThatIsNone_IsRefused() => Assert.That(
        () => Provider(new Uri("gopher://engine"), Patience), Throws.TypeOf<ComputeException>().With.Message.Contains("the address of the Docker engine cannot be used"));

    private DockerComputeProvider Provider(Uri endpoint, TimeSpan patience) => new(
        new DockerComputeOptions { DataDirectory = _folder, Endpoint = endpoint, RequestTimeout = patience },
        new FolderArtefacts(),
        TimeProvider.System,
        NullLogger<DockerComputeProvider>.Instance);

    private async Task<string> RefusalAsync(string? answer = null, TimeSpan? patience = null)
    {
        using var ended = new CancellationTokenSource();
        var serving = answer is null ? Task.CompletedTask : ServeAsync(answer, ended.Token);
        await using var provider = Provider(new Uri("unix://" + SocketPath), patience ?? Patience);
        try
        {
            await provider.StartAsync(new RecordingComputeObserver(), CancellationToken.None);
            throw new AssertionException("it was used");
        }
        catch (ComputeException e)
        {
            return e.Message;
        }
        finally
        {
            await ended.CancelAsync();
            await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Answers everything alike: with nothing at all when there is nothing to say.
    private async Task ServeAsync(string answer, CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        var connections = new List<Socket>();
        try
        {
            while (true)
            {
                var connection = await listener.AcceptAsync(cancellationToken);
                connections.Add(connection);
                _ = AnswerAsync(connection, answer);
            }
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    private static async Task AnswerAsync(Socket connection, string answer)
    {
        var buffer = new byte[16_384];
        while (await connection.ReceiveAsync(buffer) > 0 && answer.Length > 0)
        {
            await connection.SendAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {answer.Length}\r\n\r\n{answer}"));
        }
    }
}
