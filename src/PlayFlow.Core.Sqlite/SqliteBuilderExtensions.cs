using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using PlayFlow.Core.Hosting;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Sqlite;

/// <summary>Adds a memory in SQLite to a fleet.</summary>
public static class SqliteBuilderExtensions
{
    private const string FleetFile = "fleet.db";
    private const string LogFile = "logs.db";

    /// <summary>Remembers the fleet and its logs in two files of a folder.</summary>
    /// <param name="builder">The fleet.</param>
    /// <param name="directory">The folder, made when it is not there.</param>
    public static PlayFlowBuilder UseSqliteStore(this PlayFlowBuilder builder, string directory) =>
        builder.UseSqliteStore(options => options.Directory = directory);

    /// <summary>Remembers the fleet and its logs in two files of a folder.</summary>
    /// <param name="builder">The fleet.</param>
    /// <param name="configure">Changes the options.</param>
    public static PlayFlowBuilder UseSqliteStore(this PlayFlowBuilder builder, Action<SqliteStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<SqliteStoreOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SqliteStoreOptions>, SqliteStoreOptionsValidator>());
        builder.Services.TryAddSingleton<IFleetStore>(
            static services => new SqliteFleetStore(Path.Combine(Options(services).Directory, FleetFile)));
        builder.Services.TryAddSingleton<ILogStore>(
            static services => new SqliteLogStore(Path.Combine(Options(services).Directory, LogFile), Options(services).Retention));
        return builder;
    }

    private static SqliteStoreOptions Options(IServiceProvider services) =>
        services.GetRequiredService<IOptions<SqliteStoreOptions>>().Value;
}
