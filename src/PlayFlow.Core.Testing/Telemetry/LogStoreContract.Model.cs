using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Testing.Telemetry;

public abstract partial class LogStoreContract
{
    private static readonly LogRetention WalkRetention = new() { MaxLines = 12, MaxBytes = 700 };

    /// <summary>How many random walks the suite takes; 100 unless overridden. A slow store may take fewer.</summary>
    protected virtual int RandomWalks => 100;

    [Test]
    public void Store_answers_what_a_plain_list_answers() =>
        Prop.ForAll(Steps.Of(LogStoreStep.Generator), WalkAsync)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(RandomWalks).WithQuietOnSuccess(true));

    private async Task<Property> WalkAsync(List<LogStoreStep> steps)
    {
        var model = new LogStoreModel(WalkRetention);
        var store = await OpenedAsync(WalkRetention);
        try
        {
            foreach (var step in steps)
            {
                if (step is LogStoreStep.Reopen && Reopening is { } reopen)
                {
                    await store.DisposeAsync();
                    store = reopen(WalkRetention);
                    var state = await store.OpenAsync(default);
                    if (state != model.State)
                    {
                        return false.Label($"reopened at {state} instead of {model.State}");
                    }
                }
                else if (await TakeAsync(step, store, model) is { } difference)
                {
                    return false.Label($"after {step}: {difference}");
                }
            }

            return true.ToProperty();
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    /// <summary>Takes a step with both; null when they still agree.</summary>
    private static async Task<string?> TakeAsync(LogStoreStep step, ILogStore store, LogStoreModel model)
    {
        switch (step)
        {
            case LogStoreStep.Append append:
                var lines = model.LinesFor(append);
                model.Keep(lines);
                await store.AppendAsync(lines, default);
                return await TotalsDifferenceAsync(store, model);

            case LogStoreStep.Read read:
                var expected = model.Read(model.QueryFor(read));
                var found = await store.ReadAsync(model.QueryFor(read), default);
                return found.SequenceEqual(expected) ? null : $"[{Numbers(found)}] instead of [{Numbers(expected)}]";

            default:
                return null;
        }
    }

    private static async Task<string?> TotalsDifferenceAsync(ILogStore store, LogStoreModel model)
    {
        foreach (var source in model.Sources)
        {
            var count = await store.CountAsync(source, default);
            if (count != model.Count(source))
            {
                return $"{count} lines of {source} instead of {model.Count(source)}";
            }
        }

        foreach (var ((compute, level), position) in model.Positions)
        {
            var found = await store.GetPositionAsync(compute, level, default);
            if (found != position)
            {
                return $"{level} of {compute} is at {found} instead of {position}";
            }
        }

        return null;
    }

    private static string Numbers(IEnumerable<LogRecord> lines) => string.Join(' ', lines.Select(line => line.Sequence));
}
