namespace PlayFlow.Core.Process;

/// <summary>The ids of the provider's log events; 3000 to 3099 are its own.</summary>
internal static class EventIds
{
    public const int LimitsNotEnforced = 3000;
    public const int Adopted = 3001;
    public const int Leftover = 3002;
    public const int StragglersRemain = 3003;
    public const int LogNotReported = 3004;
    public const int CacheChanged = 3005;
    public const int NotRemoved = 3006;
    public const int Relaying = 3007;
    public const int EndFailed = 3008;
    public const int LookFailed = 3009;
    public const int NotAdopted = 3010;
    public const int EndNotKept = 3011;
}
