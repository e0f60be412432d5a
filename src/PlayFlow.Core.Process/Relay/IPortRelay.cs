namespace PlayFlow.Core.Process.Relay;

/// <summary>Serves an external port on behalf of a game that bound another. Disposing frees the port.</summary>
internal interface IPortRelay : IAsyncDisposable;
