using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Testing.Storage;

/// <summary>The suite over whatever store it is given, to be run from code: this is how the suite itself is tested.</summary>
internal sealed class AnyFleetStoreContract(Func<IFleetStore> create) : FleetStoreContract
{
    protected override int RandomWalks => 20;

    protected override IFleetStore Create() => create();
}
