using PlayFlow.Core.Builds;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Engine.Journal;

/// <summary>
/// The words states have in the journal: one two-way table each, independent of the order of the enums, refusing unknown words.
/// </summary>
internal static class JournalNames
{
    private static readonly (ServerState, string)[] ServerStates =
    [
        (ServerState.Launching, "launching"), (ServerState.Running, "running"), (ServerState.BackingOff, "backing-off"),
        (ServerState.Restarting, "restarting"), (ServerState.Stopping, "stopping"), (ServerState.Stopped, "stopped"),
    ];

    private static readonly (BuildState, string)[] BuildStates =
    [
        (BuildState.Uploading, "uploading"), (BuildState.Processing, "processing"), (BuildState.Ready, "ready"),
        (BuildState.Failed, "failed"), (BuildState.Deleted, "deleted"),
    ];

    private static readonly (BuildType, string)[] BuildTypes = [(BuildType.Zip, "zip"), (BuildType.DockerImage, "docker_image")];

    private static readonly (PortProtocol, string)[] Protocols =
        [(PortProtocol.Udp, "udp"), (PortProtocol.Tcp, "tcp"), (PortProtocol.Both, "both")];

    public static string Of(ServerState value) => Word(ServerStates, value);

    public static string Of(BuildState value) => Word(BuildStates, value);

    public static string Of(BuildType value) => Word(BuildTypes, value);

    public static string Of(PortProtocol value) => Word(Protocols, value);

    public static ServerState ToServerState(string word) => Value(ServerStates, word);

    public static BuildState ToBuildState(string word) => Value(BuildStates, word);

    public static BuildType ToBuildType(string word) => Value(BuildTypes, word);

    public static PortProtocol ToProtocol(string word) => Value(Protocols, word);

    private static string Word<T>((T Value, string Word)[] table, T value)
        where T : struct, Enum
    {
        foreach (var row in table)
        {
            if (EqualityComparer<T>.Default.Equals(row.Value, value))
            {
                return row.Word;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(value), value, "It has no word in the journal.");
    }

    private static T Value<T>((T Value, string Word)[] table, string word)
        where T : struct, Enum
    {
        foreach (var row in table)
        {
            if (row.Word == word)
            {
                return row.Value;
            }
        }

        throw PayloadReader.Broken();
    }
}
