namespace PlayFlow.Core.Problems;

/// <summary>Why a request was refused. Every dialect maps these to its own status codes.</summary>
public enum ProblemCode
{
    /// <summary>One or more fields are missing or out of range; see <see cref="Problem.Violations"/>.</summary>
    Invalid,

    /// <summary>The key is missing or unknown.</summary>
    Unauthorized,

    /// <summary>The key is known but may not do this.</summary>
    Forbidden,

    /// <summary>No such server, build or project is visible to the caller.</summary>
    NotFound,

    /// <summary>No ready build matches what the start or restart asked for.</summary>
    NoReadyBuild,

    /// <summary>The plan does not allow it.</summary>
    PlanLimit,

    /// <summary>The request is well-formed but impossible in the present state.</summary>
    InvalidState,

    /// <summary>No host has the ports left that the server needs.</summary>
    PortsExhausted,

    /// <summary>The journal cannot be written; nothing was changed.</summary>
    StoreUnavailable,
}
