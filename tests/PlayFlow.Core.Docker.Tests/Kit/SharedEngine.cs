namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>The engine that all tests use which do not disturb it, with the images they start from.</summary>
internal sealed class SharedEngine
{
    /// <inheritdoc cref="BaseImages.Plain"/>
    public const string BaseImage = BaseImages.Plain;

    private static readonly Lazy<Task<DockerEngineProcess>> s_engine = new(StartAsync);

    /// <summary>The engine; started when a test first wants it.</summary>
    public static Task<DockerEngineProcess> GetAsync() => s_engine.Value;

    /// <summary>Takes it down, if it was ever started.</summary>
    public static async Task EndAsync()
    {
        if (s_engine is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await s_engine.Value).DisposeAsync();
        }
    }

    private static async Task<DockerEngineProcess> StartAsync()
    {
        var engine = await DockerEngineProcess.StartAsync();
        await BaseImages.ImportAsync(engine);
        return engine;
    }
}
