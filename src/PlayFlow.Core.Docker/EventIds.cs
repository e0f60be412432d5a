namespace PlayFlow.Core.Docker;

/// <summary>The ids of the provider's log events; 3200 to 3299 are its own.</summary>
internal static class EventIds
{
    public const int Connected = 3200;
    public const int Adopted = 3201;
    public const int Leftover = 3202;
    public const int NotRemoved = 3203;
    public const int Silent = 3204;
    public const int Answers = 3205;
    public const int LogNotReported = 3206;
    public const int EndFailed = 3207;
    public const int LookFailed = 3208;
    public const int NoInit = 3209;
    public const int PortsUnseen = 3210;
    public const int ImageMade = 3211;
    public const int ImageKept = 3212;
    public const int TlsNotClosed = 3213;
    public const int NotLoaded = 3214;
    public const int NoLayers = 3215;
}
