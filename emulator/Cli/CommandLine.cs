using System.CommandLine;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Cli;

/// <summary>The command line: what it means, and what is said when it means nothing.</summary>
internal static class CommandLine
{
    /// <summary>The exit code when the emulator could not start for a reason its user can do something about.</summary>
    public const int CannotStart = 2;

    /// <summary>The exit code when game servers were left running at the end.</summary>
    public const int ServersLeft = 1;

    /// <summary>Says something went wrong, in one line.</summary>
    public static Task ComplainAsync(string message) => Console.Error.WriteLineAsync($"playflow-emulator: {message.ReplaceLineEndings(" ")}");

    // A value may begin with @: it never names a file of more options.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    private static readonly InvocationConfiguration Invoking = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };

    /// <summary>Runs an emulator, or says why not, or prints the help that was asked for.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = new OptionSet();
        var root = new RootCommand(
            "A local emulator of PlayFlow Cloud's game server hosting: upload a build, start servers, connect, read logs, stop. "
            + "Each option can also be given as the environment variable in brackets; the command line wins.");
        foreach (var option in options.All)
        {
            root.Options.Add(option);
        }

        var trust = new Command("trust", "Tell how to trust the certificates of TLS ports, making their certificate authority if there is none.");
        trust.Options.Add(options.Data);
        trust.SetAction(parsed => TrustAdvice.WriteAsync(
            new OptionReader(options, parsed, Environment.GetEnvironmentVariable).Read().DataDirectory));
        root.Subcommands.Add(trust);
        root.SetAction((parsed, cancellationToken) => Runner.RunAsync(
            new OptionReader(options, parsed, Environment.GetEnvironmentVariable).Read(), parts: null, cancellationToken));
        try
        {
            var parsed = root.Parse(arguments, Parsing);
            return parsed.Errors.Count > 0
                ? throw new StartException($"{parsed.Errors[0].Message} Try --help.")
                : await parsed.InvokeAsync(Invoking);
        }
        catch (StartException fault)
        {
            await ComplainAsync(fault.Message);
            return CannotStart;
        }
    }
}
