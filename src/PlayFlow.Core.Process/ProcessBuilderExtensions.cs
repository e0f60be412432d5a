using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Hosting;

namespace PlayFlow.Core.Process;

/// <summary>Adds processes of this machine to a fleet.</summary>
public static class ProcessBuilderExtensions
{
    /// <summary>Runs servers as processes of this machine, from builds that are directories on it: see <see cref="DirectoryBuilds"/>.</summary>
    /// <param name="builder">The fleet.</param>
    /// <param name="buildsDirectory">The parent of the builds' directories.</param>
    /// <param name="configure">Changes the options.</param>
    public static PlayFlowBuilder UseProcessCompute(
        this PlayFlowBuilder builder, string buildsDirectory, Action<ProcessComputeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(buildsDirectory);
        var builds = new DirectoryBuilds(buildsDirectory);
        builder.Services.TryAddSingleton<IBuildArtefacts>(builds);
        builder.Services.TryAddSingleton<IBuildProcessor>(builds);
        return builder.UseProcessCompute(configure);
    }

    /// <summary>
    /// Runs servers as processes of this machine, from builds that you register an <see cref="IBuildArtefacts"/> and an
    /// <see cref="IBuildProcessor"/> for.
    /// </summary>
    /// <param name="builder">The fleet.</param>
    /// <param name="configure">Changes the options.</param>
    public static PlayFlowBuilder UseProcessCompute(this PlayFlowBuilder builder, Action<ProcessComputeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.Services.AddOptions<ProcessComputeOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ProcessComputeOptions>, ProcessComputeOptionsValidator>());
        builder.Services.TryAddSingleton<IComputeProvider>(static services => new ProcessComputeProvider(
            services.GetRequiredService<IOptions<ProcessComputeOptions>>().Value,
            services.GetService<IBuildArtefacts>() ?? throw new InvalidOperationException(
                "Nothing says where the files of builds are: give UseProcessCompute a builds directory, or register an IBuildArtefacts."),
            services.GetRequiredService<TimeProvider>(),
            services.GetService<ILogger<ProcessComputeProvider>>() ?? NullLogger<ProcessComputeProvider>.Instance,
            services.GetService<ITlsTerminator>()));
        return builder;
    }
}
