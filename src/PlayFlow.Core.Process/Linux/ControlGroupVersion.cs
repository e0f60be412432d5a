namespace PlayFlow.Core.Process.Linux;

/// <summary>The kernel's two trees of control groups, which differ in their files.</summary>
internal enum ControlGroupVersion
{
    /// <summary>Version 1's memory controller.</summary>
    Memory = 1,

    /// <summary>Version 2, one tree for all.</summary>
    Unified = 2,
}
