using NUnit.Framework;
using PlayFlow.Emulator.Hosting;

namespace PlayFlow.Emulator.Tests.Journeys;

/// <summary>A data directory holds keys: only its owner may look inside.</summary>
[Platform(Exclude = "Win")]
internal sealed class DataDirectoryTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Everybody = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [TestCase(true)]
    [TestCase(false)]
    public void Open_ClosesTheDirectoryToOthers(bool existed)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.At("data");
        if (existed)
        {
            Directory.CreateDirectory(path);
            Set(path, Everybody);
        }

        using var data = DataDirectory.Open(path);
        Assert.That(ModeOf(path), Is.EqualTo(OwnerOnly));
    }

    [Test]
    public void Open_OfADirectoryMeantForAll_IsRefusedAndLeavesItSo()
    {
        using var directory = new TemporaryDirectory();
        var path = Directory.CreateDirectory(directory.At("shared")).FullName;
        Set(path, Everybody | UnixFileMode.StickyBit);
        Assert.That(() => DataDirectory.Open(path), Throws.InstanceOf<StartException>().With.Message.Contains("shared with other users"));
        Assert.That(ModeOf(path), Is.EqualTo(Everybody | UnixFileMode.StickyBit));
    }

    [TestCase("/proc/playflow")]
    [TestCase("/dev/null/playflow")]
    public void Open_OfWhatCannotBeMade_SaysSo(string path)
    {
        Assume.That(OperatingSystem.IsLinux());
        Assert.That(() => DataDirectory.Open(path), Throws.InstanceOf<StartException>().With.Message.Contains("cannot be made"));
    }

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);

    private static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
