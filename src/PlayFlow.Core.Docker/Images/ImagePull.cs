using Docker.DotNet.Models;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Docker.Engine;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Images;

/// <summary>
/// Has the engine pull images, and tries again what may pass: a registry that is restarted, an engine that is. Credentials go to
/// the engine and nowhere else. Safe to call from any thread.
/// </summary>
internal sealed class ImagePull(DockerEngine engine, EngineImages images, TimeProvider time)
{
    private const int LongestWords = 400;
    private const int Attempts = 4;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EnginePatience = TimeSpan.FromMinutes(2);

    /// <summary>Pulls an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="credentials">What the registry wants, or null.</param>
    /// <param name="log">Takes how it goes: a line every few seconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ComputeException">It cannot be pulled: one sentence that tells why.</exception>
    public async Task<ImageInspectResponse> RunAsync(
        ImageReference image, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
    {
        var line = (string text) => log(Shorten(credentials?.Redact(text) ?? text));
        line($"Pulling the image {image}.");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(image, credentials, line, cancellationToken).ConfigureAwait(false);
            }
            catch (EngineException e) when (attempt < Attempts && (e.IsUnreachable || PullFault.IsPassing(e)))
            {
                line($"It broke off and is tried again: {e.Message.ReplaceLineEndings(" ")}");
                await Task.Delay(Pause * attempt, time, cancellationToken).ConfigureAwait(false);
                if (e.IsUnreachable && !await AnswersAgainAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw Failed(PullFault.Of(e, image, credentials is not null), credentials);
                }
            }
            catch (EngineException e)
            {
                throw Failed(PullFault.Of(e, image, credentials is not null), credentials);
            }
        }
    }

    private async Task<ImageInspectResponse> TryAsync(
        ImageReference image, RegistryCredentials? credentials, Action<string> log, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var progress = new PullProgress(log, time, () => silence.CancelAfter(LongestSilence));
        var account = credentials is null ? null : new AuthConfig { Username = credentials.Username, Password = credentials.Password };
        var started = time.GetTimestamp();
        try
        {
            await engine.CallAsync(
                async (client, token) =>
                {
                    await client.Images.CreateImageAsync(
                        new ImagesCreateParameters { FromImage = image.Name, Tag = image.Version }, account, progress, token).ConfigureAwait(false);
                    return true;
                },
                Longest,
                either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(
                FormattableString.Invariant($"nothing came of the image '{image}' for {LongestSilence.TotalMinutes} minutes: process the build again"),
                credentials);
        }

        if (progress.Fault is { } fault)
        {
            throw new EngineException(fault, System.Net.HttpStatusCode.InternalServerError);
        }

        var pulled = await images.FindAsync(image.ToString(), cancellationToken).ConfigureAwait(false)
            ?? throw new EngineException($"the Docker engine broke off: EOF at {progress}", System.Net.HttpStatusCode.InternalServerError);
        log(FormattableString.Invariant($"Pulled it within {Math.Ceiling(time.GetElapsedTime(started).TotalSeconds)} s: {progress}"));
        return pulled;
    }

    private async Task<bool> AnswersAgainAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (time.GetElapsedTime(started) > EnginePatience)
            {
                return false;
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await engine.CallAsync((client, token) => client.System.PingAsync(token), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (EngineException)
        {
            return false;
        }
    }

    private static ComputeException Failed(string why, RegistryCredentials? credentials) =>
        new(StopReason.StartupFailureDownload, Shorten(credentials?.Redact(why) ?? why));

    private static string Shorten(string text) => text.Length <= LongestWords ? text : text[..LongestWords] + "…";
}
