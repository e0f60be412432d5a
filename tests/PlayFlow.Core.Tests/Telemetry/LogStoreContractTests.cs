using NUnit.Framework;
using PlayFlow.Core.Servers;
using PlayFlow.Core.Telemetry;
using PlayFlow.Core.Testing;
using PlayFlow.Core.Testing.Telemetry;

namespace PlayFlow.Core.Tests.Telemetry;

/// <summary>The suite finds what is wrong with a store that is deliberately broken.</summary>
public sealed class LogStoreContractTests
{
    [Test]
    public async Task Contract_SoundStore_Passes() =>
        Assert.That(
            await ContractRunner.FailuresAsync(() => new AnyLogStoreContract(retention => new InMemoryLogStore(retention))), Is.Empty);

    [Test]
    public async Task Contract_BrokenStore_Fails([Values] Flaw flaw) =>
        Assert.That(
            await ContractRunner.FailuresAsync(() => new AnyLogStoreContract(retention => new BrokenStore(flaw, retention))), Is.Not.Empty);

    public enum Flaw
    {
        LosesLines,
        KeepsTooManyLines,
        KeepsTooMuchText,
        IgnoresAfter,
        IgnoresUntil,
        IgnoresOffset,
        GivesNewestFirst,
        CutsTextAtZero,
        CountsWrong,
        ForgetsPositions,
        MixesStreams,
        KeepsHalfOfABadBatch,
    }

    /// <summary>A sound store with one flaw.</summary>
    private sealed class BrokenStore(Flaw flaw, LogRetention retention) : ILogStore
    {
        private readonly InMemoryLogStore _sound = new(flaw switch
        {
            Flaw.KeepsTooManyLines => retention with { MaxLines = retention.MaxLines + 1 },
            Flaw.KeepsTooMuchText => retention with { MaxBytes = long.MaxValue },
            _ => retention,
        });

        public ValueTask<LogStoreState> OpenAsync(CancellationToken cancellationToken) => _sound.OpenAsync(cancellationToken);

        public async ValueTask AppendAsync(IReadOnlyList<LogRecord> records, CancellationToken cancellationToken)
        {
            try
            {
                await _sound.AppendAsync(
                    flaw switch
                    {
                        Flaw.LosesLines => [.. records.Skip(1)],
                        Flaw.CutsTextAtZero => [.. records.Select(record => record with { Text = record.Text.Split('\0')[0] })],
                        _ => records,
                    },
                    cancellationToken);
            }
            catch (ArgumentException) when (flaw == Flaw.KeepsHalfOfABadBatch)
            {
                await _sound.AppendAsync([.. records.Take(1)], cancellationToken);
                throw;
            }
        }

        public async ValueTask<IReadOnlyList<LogRecord>> ReadAsync(LogQuery query, CancellationToken cancellationToken)
        {
            var lines = await _sound.ReadAsync(
                flaw switch
                {
                    Flaw.IgnoresAfter => query with { After = null },
                    Flaw.IgnoresUntil => query with { Until = null },
                    Flaw.IgnoresOffset => query with { Offset = 0 },
                    _ => query,
                },
                cancellationToken);
            return flaw == Flaw.GivesNewestFirst ? [.. lines.Reverse()] : lines;
        }

        public async ValueTask<long> CountAsync(LogSource source, CancellationToken cancellationToken) =>
            await _sound.CountAsync(source, cancellationToken) + (flaw == Flaw.CountsWrong ? 1 : 0);

        public async ValueTask<long> GetPositionAsync(ComputeId compute, LogLevel level, CancellationToken cancellationToken) => flaw switch
        {
            Flaw.ForgetsPositions => 0,
            Flaw.MixesStreams => await _sound.GetPositionAsync(compute, LogLevel.Info, cancellationToken),
            _ => await _sound.GetPositionAsync(compute, level, cancellationToken),
        };

        public ValueTask DisposeAsync() => _sound.DisposeAsync();
    }
}
