using NUnit.Framework;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Testing.Telemetry;

namespace PlayFlow.Core.Sqlite.Tests;

public sealed class SqliteLogStoreContractTests : DurableLogStoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override int RandomWalks => 40;

    protected override ILogStore Create(LogRetention retention) => new SqliteLogStore(_folder.Next(), retention);

    protected override ILogStore Reopen(LogRetention retention) => new SqliteLogStore(_folder.Current, retention);

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();
}
