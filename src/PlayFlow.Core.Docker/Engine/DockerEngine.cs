using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Engine;

/// <summary>
/// The engine, every request to it with a time limit, and every failure of one as an <see cref="EngineException"/>. Safe to call
/// from any thread.
/// </summary>
internal sealed class DockerEngine : IDisposable
{
    // Laying out a large build, or pulling an image, takes minutes on a slow disk or line; for ever, it must not take.
    private static readonly TimeSpan LongRequest = TimeSpan.FromMinutes(30);

    private readonly DockerClient _client;
    private readonly TimeProvider _time;
    private volatile EngineFacts? _facts;
    private volatile string? _silence;

    public DockerEngine(Uri? endpoint, TimeSpan timeout, TimeProvider time)
    {
        // Each request has a limit of its own here.
        var builder = new DockerClientBuilder().WithTimeout(System.Threading.Timeout.InfiniteTimeSpan);
        try
        {
            _client = (endpoint is null ? builder : builder.WithEndpoint(endpoint)).Build();
        }
        catch (Exception e) when (e is DockerConfigurationException or NotSupportedException or ArgumentException or UriFormatException)
        {
            throw new ComputeException(StopReason.StartupFailureExecutable, $"the address of the Docker engine cannot be used: {e.Message}", e);
        }

        Timeout = timeout;
        _time = time;
        Endpoint = _client.Options.Endpoint;
    }

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; }

    /// <summary>How long it may take to answer what is answered at once.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Whether the ports it publishes on loopback are reached from here.</summary>
    public bool SharesLoopback => Endpoint.Scheme is "unix" or "npipe" || Endpoint.IsLoopback;

    /// <summary>What it is; known once <see cref="ConnectAsync"/> has returned.</summary>
    public EngineFacts Facts => _facts ?? throw new InvalidOperationException("The engine was not asked yet.");

    /// <summary>Why it is not worth a request at the moment, or null: set and taken back by who looks at it regularly.</summary>
    public string? Silence
    {
        get => _silence;
        set => _silence = value;
    }

    /// <summary>Asks the engine what it is.</summary>
    /// <exception cref="ComputeException">It does not answer, or cannot be used.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            var version = await CallAsync((client, token) => client.System.GetVersionAsync(token), cancellationToken).ConfigureAwait(false);
            if (!System.Version.TryParse(version.APIVersion, out var api) || api < EngineFacts.OldestApi)
            {
                throw Unusable($"is too old: version {version.Version} speaks API {version.APIVersion}, and {EngineFacts.OldestApi} (engine 20.10) is needed");
            }

            var info = await CallAsync((client, token) => client.System.GetSystemInfoAsync(token), cancellationToken).ConfigureAwait(false);
            if (info.OSType is { Length: > 0 } system && system != "linux")
            {
                throw Unusable($"runs {system} containers: switch it to Linux containers");
            }

            var isLocal = EngineFacts.IsHere(Endpoint, info.Name, info.KernelVersion);
            _facts = new EngineFacts(version.Version, (int)Math.Clamp(info.NCPU, 1, 1024), isLocal, version.Arch ?? string.Empty);
        }
        catch (EngineException e)
        {
            throw new ComputeException(
                StopReason.StartupFailureExecutable, $"{e.Message} (is it running, and may this user use it?)", e);
        }
    }

    /// <summary>A request that is answered at once.</summary>
    /// <exception cref="EngineException">It was refused, or not answered in time.</exception>
    public Task<T> CallAsync<T>(Func<DockerClient, CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        CallAsync(request, Timeout, cancellationToken);

    /// <inheritdoc cref="CallAsync{T}(Func{DockerClient, CancellationToken, Task{T}}, CancellationToken)"/>
    public Task CallAsync(Func<DockerClient, CancellationToken, Task> request, CancellationToken cancellationToken) =>
        CallAsync(AsFunction(request), Timeout, cancellationToken);

    /// <summary>How a container is made, and how it stands.</summary>
    /// <exception cref="EngineException">There is none, or the engine does not answer in time.</exception>
    public Task<ContainerInspectResponse> InspectAsync(string container, CancellationToken cancellationToken) =>
        CallAsync((client, token) => client.Containers.InspectContainerAsync(container, token), cancellationToken);

    /// <summary>A request that moves a build's files, or an image.</summary>
    /// <exception cref="EngineException">It was refused, or not answered in time.</exception>
    public Task<T> CallLongAsync<T>(Func<DockerClient, CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        CallAsync(request, LongRequest, cancellationToken);

    /// <inheritdoc cref="CallLongAsync{T}"/>
    public Task CallLongAsync(Func<DockerClient, CancellationToken, Task> request, CancellationToken cancellationToken) =>
        CallAsync(AsFunction(request), LongRequest, cancellationToken);

    /// <summary>A request with a limit of its own; none at all for a stream that ends with what it tells of.</summary>
    /// <exception cref="EngineException">It was refused, or not answered in time.</exception>
    public async Task<T> CallAsync<T>(
        Func<DockerClient, CancellationToken, Task<T>> request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await request(_client, either.Token).WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(
                FormattableString.Invariant($"the Docker engine at {Endpoint} did not answer within {timeout.TotalSeconds:0.#} s"), null);
        }
        catch (DockerApiException e)
        {
            throw new EngineException(WordsOf(e), e.StatusCode, e);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is not OperationCanceledException)
        {
            // What breaks off because it was cancelled says so in many ways.
            throw new OperationCanceledException("The request was given up.", e, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or TimeoutException or ObjectDisposedException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new EngineException($"the Docker engine at {Endpoint} cannot be reached: {WhyUnreachable(e)}", null, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private string WhyUnreachable(Exception e) => Endpoint.Scheme == "unix" && !File.Exists(Endpoint.AbsolutePath)
        ? "there is no such socket"
        : (e.InnerException ?? e).Message;

    private static Func<DockerClient, CancellationToken, Task<bool>> AsFunction(Func<DockerClient, CancellationToken, Task> request) =>
        async (client, token) =>
        {
            await request(client, token).ConfigureAwait(false);
            return true;
        };

    // The engine answers {"message":"..."}; what comes from a proxy before it may be anything.
    private static string WordsOf(DockerApiException e)
    {
        try
        {
            using var body = JsonDocument.Parse(e.ResponseBody ?? string.Empty);
            return body.RootElement.GetProperty("message").GetString() ?? e.Message;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return e.Message;
        }
    }

    private ComputeException Unusable(string why) =>
        new(StopReason.StartupFailureExecutable, $"the Docker engine at {Endpoint} {why}");
}
