using System.Collections.Immutable;
using System.Globalization;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Docker.Launching;

/// <summary>What is written on containers and images, so that people see whose they are and a later run takes them up.</summary>
internal static class Labels
{
    /// <summary>The provider it belongs to: that of one data directory, and no other of the same engine.</summary>
    public const string Owner = "playflow.owner";

    /// <summary>What it is: <see cref="Server"/> or <see cref="Build"/>.</summary>
    public const string Kind = "playflow.kind";

    /// <summary>A launch of a server.</summary>
    public const string Server = "server";

    /// <summary>A build's image, and the container it is made in.</summary>
    public const string Build = "build";

    /// <summary>The image a build's image was made upon.</summary>
    public const string Base = "playflow.base";

    /// <summary>The layer that the whole of a build was laid as, or that its image holds the changes since.</summary>
    public const string Layer = "playflow.layer";

    private const string Project = "playflow.project";
    private const string BuildId = "playflow.build";
    private const string BuildName = "playflow.build-name";
    private const string BuildVersion = "playflow.build-version";
    private const string Instance = "playflow.instance";
    private const string Launch = "playflow.launch";
    private const string Ports = "playflow.ports";
    private const string TlsPorts = "playflow.tls";
    private const string DataDirectory = "playflow.data";

    /// <summary>The labels of a build's image.</summary>
    public static Dictionary<string, string> Of(string owner, Build build, string baseImage) => new(StringComparer.Ordinal)
    {
        [Owner] = owner,
        [Kind] = Build,
        [Base] = baseImage,
        [Project] = build.Project.Value,
        [BuildId] = build.Id.Value,
        [BuildName] = build.Name,
        [BuildVersion] = build.Version.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The labels of a launch's container.</summary>
    public static Dictionary<string, string> Of(ContainerSurroundings around, LaunchRequest request) => new(StringComparer.Ordinal)
    {
        [Owner] = around.Owner,
        [Kind] = Server,
        [Project] = request.Project.Value,
        [BuildId] = request.Build.Id.Value,
        [BuildName] = request.Build.Name,
        [BuildVersion] = request.Build.Version.ToString(CultureInfo.InvariantCulture),
        [Instance] = request.Id.Instance.Value,
        [Launch] = request.Id.Launch.ToString(CultureInfo.InvariantCulture),
        [Ports] = string.Join(' ', request.Ports.Select(port => InnerPort.Of(port).ToString())),
        [TlsPorts] = around.TerminatesTls
            ? string.Join(' ', request.Ports.Where(port => port.TlsEnabled).Select(port => TlsPort.Of(port).ToString()))
            : string.Empty,
        [DataDirectory] = around.DataDirectory,
    };

    /// <summary>Whether the labels of an image are those of a version of a build, by project and name.</summary>
    public static bool AreOf(IDictionary<string, string>? labels, Build build) =>
        labels is not null
        && labels.TryGetValue(Project, out var project) && project == build.Project.Value
        && labels.TryGetValue(BuildName, out var name) && name == build.Name;

    /// <summary>The launch a container is of, or null when its labels name none.</summary>
    public static ComputeId? FindLaunch(IDictionary<string, string>? labels) =>
        labels is not null
        && labels.TryGetValue(Instance, out var instance)
        && labels.TryGetValue(Launch, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var launch)
            ? new ComputeId(new InstanceId(instance), launch)
            : null;

    /// <summary>The ports a container's game opens.</summary>
    public static ImmutableArray<InnerPort> PortsOf(IDictionary<string, string>? labels) =>
        labels is not null && labels.TryGetValue(Ports, out var text)
            ? [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(InnerPort.TryParse).OfType<InnerPort>()]
            : [];

    /// <summary>Those of them that are served with TLS.</summary>
    public static ImmutableArray<TlsPort> TlsPortsOf(IDictionary<string, string>? labels) =>
        labels is not null && labels.TryGetValue(TlsPorts, out var text)
            ? [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TlsPort.TryParse).OfType<TlsPort>()]
            : [];

    /// <summary>A filter of the engine's lists: what belongs to the owner.</summary>
    public static Dictionary<string, IDictionary<string, bool>> OwnedBy(string owner, string? kind = null)
    {
        var labels = new Dictionary<string, bool>(StringComparer.Ordinal) { [$"{Owner}={owner}"] = true };
        if (kind is not null)
        {
            labels[$"{Kind}={kind}"] = true;
        }

        return new(StringComparer.Ordinal) { ["label"] = labels };
    }
}
