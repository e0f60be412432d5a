using PlayFlow.Core.Compute;
using PlayFlow.Core.Orchestration;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Emulator.Hosting;

/// <summary>What a test may put in the place of the real thing; what is null is made as the options say.</summary>
internal sealed record EmulatorParts
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where ids come from.</summary>
    public IIdSource Ids { get; init; } = new RandomIdSource();

    /// <summary>Where game servers run.</summary>
    public IComputeProvider? Compute { get; init; }

    /// <summary>Where the fleet is remembered.</summary>
    public IFleetStore? Fleet { get; init; }

    /// <summary>Where log lines are kept.</summary>
    public ILogStore? Logs { get; init; }

    /// <summary>Where the host's log goes; the console when null.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>What answers HTTP; Kestrel on the options' address when null.</summary>
    public Action<IWebHostBuilder>? Server { get; init; }
}
