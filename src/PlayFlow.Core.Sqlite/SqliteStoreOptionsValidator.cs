using Microsoft.Extensions.Options;

namespace PlayFlow.Core.Sqlite;

/// <summary>Lists every problem of the options.</summary>
internal sealed class SqliteStoreOptionsValidator : IValidateOptions<SqliteStoreOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SqliteStoreOptions options)
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Directory))
        {
            faults.Add("SQLite store: Directory is empty.");
        }

        if (options.Retention is not { MaxLines: >= 1, MaxBytes: >= 1 })
        {
            faults.Add("SQLite store: Retention keeps at least one line and one byte of each log.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
