using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PlayFlow.Core.Telemetry;
using PlayFlow.Emulator.Hosting;
using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>A request as a scenario sends it.</summary>
internal sealed record Call(string Method, string Path, string? Body = null, string? Key = EmulatorScene.ServerKey);

/// <summary>Where scenarios are played: an emulator whose store and answers can be made to fail.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private bool _failsNext;

    private Stage()
    {
    }

    public EmulatorScene Scene { get; private set; } = null!;

    public FullFleetStore Store { get; } = new();

    /// <summary>Called with each request.</summary>
    public Action<HttpContext>? Watch { get; set; }

    public static async Task<Stage> StartAsync(EmulatorOptions? options = null, bool documented = true)
    {
        var stage = new Stage();
        stage.Scene = await EmulatorScene.StartAsync(
            options, sample: Sample, fleetStore: stage.Store, beforeRequest: stage.Before, documented: documented);
        return stage;
    }

    public Task<Answer> AskAsync(Call call) => Scene.SendAsync(new HttpMethod(call.Method), call.Path, call.Body, call.Key);

    /// <summary>Asks, and whatever begins to answer fails once.</summary>
    public Task<Answer> AskWithFaultAsync(Call call)
    {
        _failsNext = true;
        return AskAsync(call);
    }

    /// <summary>Lets time pass, with a sample of what servers use every 15 seconds.</summary>
    public async Task PassAsync(int samples)
    {
        for (var i = 0; i < samples; i++)
        {
            Scene.Time.Advance(TimeSpan.FromSeconds(15));
            await Scene.Host.Fleet.WhenSettledAsync();
        }
    }

    public ValueTask DisposeAsync() => Scene.DisposeAsync();

    private void Before(HttpContext http)
    {
        Watch?.Invoke(http);
        if (_failsNext)
        {
            _failsNext = false;
            http.Features.Set<IHttpResponseBodyFeature>(new FailingOnce(http.Features.Get<IHttpResponseBodyFeature>()!));
        }
    }

    private static ComputeSample Sample(TimeSpan age) => new()
    {
        CpuTime = age / 8,
        MemoryBytes = (96 * 1024 * 1024) + (512 * 1024),
        LoadAverage = 0.25,
        TcpConnections = 3,
    };

    private sealed class FailingOnce(IHttpResponseBodyFeature inner) : IHttpResponseBodyFeature
    {
        private bool _hasFailed;

        public Stream Stream => inner.Stream;

        public PipeWriter Writer
        {
            get
            {
                if (_hasFailed)
                {
                    return inner.Writer;
                }

                _hasFailed = true;
                throw new InvalidOperationException("Nobody foresaw this.");
            }
        }

        public Task CompleteAsync() => inner.CompleteAsync();

        public void DisableBuffering() => inner.DisableBuffering();

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            inner.SendFileAsync(path, offset, count, cancellationToken);

        public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);
    }
}
