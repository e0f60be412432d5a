using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Telemetry;

/// <summary>The suite over whatever store it is given, to be run from code: this is how the suite itself is tested.</summary>
internal sealed class AnyLogStoreContract(Func<LogRetention, ILogStore> create) : LogStoreContract
{
    protected override int RandomWalks => 20;

    protected override ILogStore Create(LogRetention retention) => create(retention);
}
