using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Core.Storage;

namespace PlayFlow.Core.Testing.Storage;

public abstract partial class FleetStoreContract
{
    /// <summary>How many random walks the suite takes; 60 unless overridden. A slow store may take fewer.</summary>
    protected virtual int RandomWalks => 60;

    [Test]
    public void Store_remembers_what_its_model_remembers() =>
        Prop.ForAll(Steps.Of(FleetStoreStep.Generator), WalkAsync)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(RandomWalks).WithQuietOnSuccess(true));

    private async Task<Property> WalkAsync(List<FleetStoreStep> steps)
    {
        var model = new FleetStoreModel();
        var store = await LoadedAsync();
        try
        {
            foreach (var step in steps.Append(new FleetStoreStep.Reload()))
            {
                if (step is FleetStoreStep.Reopen && Reopening is { } reopen)
                {
                    await store.DisposeAsync();
                    store = reopen();
                    if (model.DifferenceFrom(await store.LoadAsync(default)) is { } lost)
                    {
                        return false.Label($"after {step}: {lost}");
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
    private static async Task<string?> TakeAsync(FleetStoreStep step, IFleetStore store, FleetStoreModel model)
    {
        switch (step)
        {
            case FleetStoreStep.Append append:
                var batch = model.BatchFor(append);
                model.Keep(batch);
                await store.AppendAsync(batch, default);
                return await ArchiveDifferenceAsync(store, model);

            case FleetStoreStep.AppendWrong wrong:
                return await IsRefusedAsync(() => store.AppendAsync(Batch(model.Last + 1 + wrong.Distance), default))
                    ? null
                    : "an entry out of sequence is kept";

            case FleetStoreStep.Snapshot request:
                var snapshot = model.SnapshotFor(request);
                var refused = await IsRefusedAsync(() => store.SaveSnapshotAsync(snapshot, default));
                return refused == model.TryKeep(snapshot) ? $"snapshot {snapshot.Sequence} is {(refused ? "refused" : "kept")}" : null;

            default:
                return model.DifferenceFrom(await store.ReloadAsync(default));
        }
    }

    private static async Task<string?> ArchiveDifferenceAsync(IFleetStore store, FleetStoreModel model)
    {
        foreach (var (id, payload) in model.Archive)
        {
            var found = await store.FindArchivedAsync(new(id), default);
            if (found is not { } kept || !kept.Span.SequenceEqual(payload))
            {
                return $"server {id} is not found as archived";
            }
        }

        return null;
    }

    private static async Task<bool> IsRefusedAsync(Func<ValueTask> call)
    {
        try
        {
            await call();
            return false;
        }
        catch (StoreException)
        {
            return true;
        }
    }
}
