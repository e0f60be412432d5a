using PlayFlow.Core.Storage;
using PlayFlow.Core.Storage.InMemory;
using PlayFlow.Core.Testing.Storage;

namespace PlayFlow.Core.Tests.Storage;

public sealed class InMemoryFleetStoreTests : FleetStoreContract
{
    protected override IFleetStore Create() => new InMemoryFleetStore();
}
