namespace PlayFlow.Core.Orchestration;

/// <summary>Where new ids come from. Safe to call from any thread.</summary>
public interface IIdSource
{
    /// <summary>A text never given before that matches <c>^[A-Za-z0-9_-]{1,128}$</c>.</summary>
    string Next();
}
