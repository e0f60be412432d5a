using System.Diagnostics.CodeAnalysis;

namespace PlayFlow.Core.Problems;

/// <summary>Either a value or the <see cref="Problems.Problem"/> that stood in its way.</summary>
/// <typeparam name="T">What success gives.</typeparam>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Problem? problem)
    {
        _value = value;
        Problem = problem;
    }

    /// <summary>The refusal, or null when there is a value.</summary>
    public Problem? Problem { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is a problem instead.</exception>
    public T Value => Problem is null ? _value! : throw new InvalidOperationException($"There is no value: {Problem.Message}");

    /// <summary>True, with the value, when there is no problem.</summary>
    public bool TryGetValue([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        value = _value;
        problem = Problem;
        return problem is null;
    }

    /// <summary>A success.</summary>
#pragma warning disable CA2225 // the alternate names are Value and Problem themselves
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Result<T>(Problem problem) => new(default, problem);
#pragma warning restore CA2225
}
