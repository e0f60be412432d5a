using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>What is printed at the start: where the emulator is, the keys, and the first commands to try.</summary>
internal static class Banner
{
    /// <summary>The text.</summary>
    public static string Of(EmulatorHost host, EmulatorOptions options)
    {
        var (url, keys) = (host.Url, options.Keys);
        var control = options.Control ? $"\n  control       {url}/__emulator" : string.Empty;
        var kept = options.InMemory ? "in memory" : host.DataPath;
        var provider = options.Provider switch
        {
            ComputeKind.Fake => "made up",
            ComputeKind.Docker => $"containers upon {options.DockerBaseImage}",
            _ => "processes of this machine",
        };
        return $"""
            PlayFlow emulator listening on {url}

              API           {url}/api/v3
              server key    {keys.ServerKey}
              client key    {keys.ClientKey}{control}
              game servers  {provider}, {options.PublicHost} ports {options.Ports}, {options.Plan.Name} plan
              data          {kept}

            Try:
              curl -X POST '{url}/api/v3/builds/upload-url?executable_path=Server.x86_64' -H 'api-key: {keys.ServerKey}'
              curl -T server.zip '<upload_url of the answer>'
              curl {url}/api/v3/servers/start -H 'api-key: {keys.ServerKey}' -H 'content-type: application/json' -d '{Start}'

            """;
    }

    private const string Start = """{"name":"first","region":"us-east"}""";
}
