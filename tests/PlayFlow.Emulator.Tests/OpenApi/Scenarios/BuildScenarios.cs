using PlayFlow.Emulator.Tests.Support;

namespace PlayFlow.Emulator.Tests.OpenApi.Scenarios;

/// <summary>What only builds and their uploads are answered with.</summary>
internal static class BuildScenarios
{
    private const string Upload = "PUT /upload/{build_id}";
    private const long OverEveryLimit = 1L << 40;

    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("POST /api/v3/builds/{build_id}/process", 400, "no-upload", "Nothing was uploaded yet.", static async stage =>
        {
            var created = await stage.Scene.PostAsync("/api/v3/builds/upload-url");
            return await stage.Scene.PostAsync($"/api/v3/builds/{created.Text("build_id")}/process");
        }),
        new(Upload, 200, "done", "It has arrived whole and is being processed.", static stage => PutAsync(stage)),
        new(Upload, 400, "incomplete", "It ended before it was whole, and may be sent again.", static stage => PutAsync(stage, announced: 1000)),
        new(Upload, 403, "wrong-token", "The upload URL is not one that was given out", static stage => stage.Scene.PutAsync("/upload/unknown?token=x", [])),
        new(Upload, 403, "expired", ", or older than five minutes", static async stage =>
        {
            var created = await stage.Scene.PostAsync("/api/v3/builds/upload-url");
            stage.Scene.Time.Advance(TimeSpan.FromMinutes(6));
            return await stage.Scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        }),
        new(Upload, 403, "used", ", or was used already.", static async stage =>
        {
            var created = await stage.Scene.PostAsync("/api/v3/builds/upload-url");
            await stage.Scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
            return await stage.Scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        }),
        new(Upload, 413, "too-large", "It is larger than archives may be.", static stage => PutAsync(stage, announced: OverEveryLimit)),
        AllScenarios.Fault(Upload, new Call("PUT", "/upload/unknown?token=x", Key: null)),
        new(Upload, AllScenarios.StoreStatus, "store", "That it arrived could not be written down: the disk is full, for instance.", static async stage =>
        {
            var created = await stage.Scene.PostAsync("/api/v3/builds/upload-url");
            stage.Store.Fill();
            return await stage.Scene.PutAsync(created.Text("upload_url"), EmulatorScene.Zip("Server.x86_64"));
        }),
    ];

    private static async Task<Answer> PutAsync(Stage stage, long? announced = null)
    {
        var created = await stage.Scene.PostAsync("/api/v3/builds/upload-url");
        using var request = new HttpRequestMessage(HttpMethod.Put, created.Text("upload_url"))
        {
            Content = new ByteArrayContent(EmulatorScene.Zip("Server.x86_64")),
        };
        request.Content.Headers.ContentLength = announced ?? request.Content.Headers.ContentLength;
        return await stage.Scene.SendAsync(request, key: null);
    }
}
