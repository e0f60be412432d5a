using System.Text.Json;
using PlayFlow.Core.Projects;
using PlayFlow.Emulator.Api.Shared;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>
/// The file that tells scripts where the emulator is and with which keys to call it. It appears whole or not at all, and only
/// its owner can read it.
/// </summary>
internal static class ReadyFile
{
    /// <summary>Writes the file, if there is to be one.</summary>
    /// <exception cref="StartException">It cannot be written.</exception>
    public static void Write(string? path, string url, ProjectKeys keys)
    {
        if (path is null)
        {
            return;
        }

        var json = JsonAnswer.ToBytes((url, keys), static (json, ready) =>
        {
            json.WriteStartObject();
            json.WriteString("url"u8, ready.url);
            json.WriteString("server_key"u8, ready.keys.ServerKey);
            json.WriteString("client_key"u8, ready.keys.ClientKey);
            json.WriteNumber("pid"u8, Environment.ProcessId);
            json.WriteEndObject();
        });
        Guard(path, "written", () =>
        {
            var unfinished = $"{path}.{Environment.ProcessId}.part";
            using (var file = new FileStream(unfinished, Options()))
            {
                file.Write(json);
            }

            File.Move(unfinished, path, overwrite: true);
        });
    }

    /// <summary>Removes a file that an emulator left behind which could not end in peace.</summary>
    /// <exception cref="StartException">It cannot be removed.</exception>
    public static void Remove(string? path)
    {
        if (path is not null)
        {
            Guard(path, "removed", () => File.Delete(path));
        }
    }

    /// <summary>Removes the file if it is this process's own: another emulator may have written it anew since.</summary>
    /// <exception cref="StartException">It cannot be removed.</exception>
    public static void RemoveOwn(string? path)
    {
        if (path is not null)
        {
            Guard(path, "removed", () =>
            {
                if (IsOwn(path))
                {
                    File.Delete(path);
                }
            });
        }
    }

    private static bool IsOwn(string path)
    {
        try
        {
            using var ready = JsonDocument.Parse(File.ReadAllBytes(path));
            return ready.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("pid"u8, out var pid)
                && pid.ValueKind is JsonValueKind.Number
                && pid.TryGetInt32(out var id)
                && id == Environment.ProcessId;
        }
        catch (Exception fault) when (fault is JsonException or FileNotFoundException)
        {
            return false;
        }
    }

    private static void Guard(string path, string what, Action action)
    {
        try
        {
            action();
        }
        catch (DirectoryNotFoundException) when (what == "removed")
        {
            // Then the file is not there either.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartException($"The ready file '{path}' cannot be {what}: {fault.Message}", fault);
        }
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
