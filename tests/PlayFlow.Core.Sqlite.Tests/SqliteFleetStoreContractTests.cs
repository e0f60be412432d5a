using NUnit.Framework;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Testing.Storage;

namespace PlayFlow.Core.Sqlite.Tests;

public sealed class SqliteFleetStoreContractTests : DurableFleetStoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override int RandomWalks => 25;

    protected override IFleetStore Create() => new SqliteFleetStore(_folder.Next());

    protected override IFleetStore Reopen() => new SqliteFleetStore(_folder.Current);

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();
}
