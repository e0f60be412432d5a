using System.Text.RegularExpressions;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Process.Launching;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Process.Linux;

/// <summary>
/// A game's environment in a form that passes through the watchdog unchanged. What steers the dynamic linker comes under another
/// name, for the shell to export at the last moment; what no shell can hold, or any shell changes, comes under another name too,
/// and reaches the game through <c>env</c>.
/// </summary>
internal static partial class WatchdogEnvironment
{
    private const string Own = "playflow_watchdog_";
    private const string EnvProgram = "/usr/bin/env";

    /// <summary>The entries of the watchdog's environment.</summary>
    /// <exception cref="ComputeException">A variable cannot be given to a game here.</exception>
    public static IEnumerable<string> For(GameCommand command)
    {
        var odd = command.Environment.Where(variable => IsOdd(variable.Key)).ToArray();
        if (odd.Length > 0 && (command.Executable.Contains('=', StringComparison.Ordinal) || !File.Exists(EnvProgram)))
        {
            throw new ComputeException(
                StopReason.StartupFailureExecutable,
                $"the environment variable '{odd[0].Key}' has a name that this system cannot give to the executable");
        }

        // Through env they do not steer env itself.
        var linkers = command.Environment.Where(variable => IsLinkers(variable.Key) && !IsOdd(variable.Key)).ToArray();
        return command.Environment.Where(variable => !IsOdd(variable.Key) && !IsLinkers(variable.Key)).Select(Entry)
            .Concat(odd.Length > 0 ? [] : Numbered("held", linkers))
            .Concat(odd.Length > 0 ? Numbered("odd", [.. linkers, .. odd]) : []);
    }

    private static bool IsLinkers(string name) => name.StartsWith("LD_", StringComparison.Ordinal);

    private static bool IsOdd(string name) =>
        !Identifier.IsMatch(name) || ShellsOwn.IsMatch(name) || name.StartsWith(Own, StringComparison.Ordinal);

    private static string Entry(KeyValuePair<string, string> variable) => variable.Key + "=" + variable.Value;

    private static IEnumerable<string> Numbered(string kind, KeyValuePair<string, string>[] variables)
    {
        for (var i = 0; i < variables.Length; i++)
        {
            yield return FormattableString.Invariant($"{Own}{kind}_{i + 1}={Entry(variables[i])}");
        }

        if (variables.Length > 0)
        {
            yield return FormattableString.Invariant($"{Own}{kind}={variables.Length}");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Identifier { get; }

    [GeneratedRegex(
        @"\A(IFS|OPTIND|OPTARG|OPTERR|PS[0-4]|ENV|PWD|OLDPWD|CDPATH|PPID|LINENO|UID|EUID|GROUPS|SHELLOPTS|BASHOPTS|BASH_?\w*|RANDOM"
        + @"|SRANDOM|SECONDS|EPOCH\w+|HISTCMD|DIRSTACK|FUNCNAME|PIPESTATUS|POSIXLY_CORRECT|SHLVL|_)\z")]
    private static partial Regex ShellsOwn { get; }
}
