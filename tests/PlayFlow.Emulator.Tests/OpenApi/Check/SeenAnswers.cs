using System.Collections.Concurrent;
using NUnit.Framework;

namespace PlayFlow.Emulator.Tests.OpenApi.Check;

/// <summary>Counts, over the whole run, which operation was seen to answer with which status.</summary>
internal static class SeenAnswers
{
    private static readonly ConcurrentDictionary<(string Operation, int Status), int> Counts = new();

    public static void Add(DocumentedOperation operation, int status) =>
        Counts.AddOrUpdate((operation.ToString(), status), 1, static (_, count) => count + 1);

    /// <summary>Whether any answer was seen at all.</summary>
    public static bool Any => !Counts.IsEmpty;

    /// <summary>Operations by statuses with how often each was seen, and what was not seen.</summary>
    public static string ToTable()
    {
        var operations = ApiDescription.Served.Operations;
        var table = StatusTable.Make(operations, (operation, status) => Counts.GetValueOrDefault((operation.ToString(), status)) switch
        {
            0 => "none",
            var count => FormattableString.Invariant($"{count}"),
        });
        var missing =
            from operation in operations
            let statuses = operation.Statuses.Where(status => !Counts.ContainsKey((operation.ToString(), status))).ToList()
            where statuses.Count > 0
            select $"not seen in this run: {operation} → {string.Join(", ", statuses)}\n";
        return table + string.Concat(missing.DefaultIfEmpty("Every documented answer was seen.\n"));
    }
}
