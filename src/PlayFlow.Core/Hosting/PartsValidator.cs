using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using PlayFlow.Core.Compute;
using PlayFlow.Core.Storage;
using PlayFlow.Core.Telemetry;

namespace PlayFlow.Core.Hosting;

/// <summary>Names the parts of a fleet that nobody registered, beside what is wrong with the options.</summary>
internal sealed class PartsValidator(IServiceProviderIsService? services = null) : IValidateOptions<PlayFlowOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PlayFlowOptions options)
    {
        var faults = new OptionFaults();
        Require<IComputeProvider>("Nothing runs servers: call UseProcessCompute or UseFakeCompute, or register an IComputeProvider.");
        Require<IBuildProcessor>("Nothing prepares builds: give UseProcessCompute a builds directory, or register an IBuildProcessor.");
        Require<IFleetStore>("Nothing remembers the fleet: call UseSqliteStore or UseInMemoryStore, or register an IFleetStore.");
        Require<ILogStore>("Nothing keeps logs: call UseSqliteStore or UseInMemoryStore, or register an ILogStore.");
        return faults.All.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.All);

        void Require<T>(string otherwise) => faults.Require(services is null || services.IsService(typeof(T)), $"{otherwise}");
    }
}
