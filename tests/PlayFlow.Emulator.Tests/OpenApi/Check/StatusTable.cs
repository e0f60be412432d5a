using System.Globalization;
using System.Text;

namespace PlayFlow.Emulator.Tests.OpenApi.Check;

/// <summary>A markdown table of operations and statuses.</summary>
internal static class StatusTable
{
    /// <summary>Makes one; a cell is empty where the status is not documented.</summary>
    public static string Make(IReadOnlyList<DocumentedOperation> operations, Func<DocumentedOperation, int, string> cell)
    {
        var statuses = operations.SelectMany(operation => operation.Statuses).Distinct().Order().ToList();
        var width = operations.Max(operation => operation.ToString().Length) + 2;
        var text = new StringBuilder();
        Line("operation", status => status.ToString(CultureInfo.InvariantCulture));
        Line(new string('-', width), static _ => "----");
        foreach (var operation in operations)
        {
            Line($"`{operation}`", status => operation.Statuses.Contains(status) ? cell(operation, status) : string.Empty);
        }

        return text.ToString();

        void Line(string first, Func<int, string> rest) =>
            text.Append("| ").Append(first.PadRight(width)).Append(" | ")
                .AppendJoin(" | ", statuses.Select(status => rest(status).PadRight(4))).Append(" |\n");
    }
}
