namespace PlayFlow.Core.Process.Readiness;

/// <summary>Something that becomes ready.</summary>
internal interface IReadinessSubject
{
    /// <summary>Looks once; false when no further look is needed. Called by one thread, and does not block.</summary>
    bool Look();
}
