namespace PlayFlow.Core.Docker.Tests.Kit;

/// <summary>The engine that all tests use which do not disturb it, with the images they start from.</summary>
internal sealed class SharedEngine
{
    /// <inheritdoc cref="BaseImages.Plain"/>
    public const string BaseImage = BaseImages.Plain;

    // Names an engine to use in the place of one of the tests' own, to see how another kind or version does.
    private const string Variable = "PLAYFLOW_ENGINE";

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
        var engine = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } endpoint
            ? DockerEngineProcess.Attach(new Uri(endpoint))
            : await DockerEngineProcess.StartAsync();
        await BaseImages.ImportAsync(engine);
        return engine;
    }
}
