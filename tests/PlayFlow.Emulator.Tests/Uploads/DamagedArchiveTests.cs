using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class DamagedArchiveTests
{
    private static readonly UploadLimits Limits = new() { MaxUnpackedBytes = 50_000_000 };

    private static readonly byte[] Sound = new ZipMaker { WideEnd = true, Comment = "comment" }.Write(
        ZipItem.Server,
        new("folder/"),
        new("folder/wide", new string('w', 300)) { Wide = true },
        new("folder/streamed", new string('s', 300)) { Streamed = true },
        new("карта", "map") { Mode = 0x81A4, Method = 0 },
        new("raw", "name") { RawName = [0x81, 0x82] },
        ZipItem.Link("folder/link", "../карта"));

    [Test]
    public void A_damaged_archive_is_made_into_a_build_or_refused_whole() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(DamagedRuns),
            Prop.ForAll(Damage().ToArbitrary(), damaged => IsAllOrNothingAsync(damaged).GetAwaiter().GetResult()));

    private static int DamagedRuns =>
        int.TryParse(Environment.GetEnvironmentVariable("PLAYFLOW_TEST_RUNS"), out var runs) ? runs : 300;

    private static async Task<bool> IsAllOrNothingAsync(byte[] archive)
    {
        using var scene = new UploadScene(Limits);
        if (await scene.RunAsync(archive) is { } fault)
        {
            Assert.That(fault, Does.EndWith("."));
            return !scene.Files.Any();
        }

        await scene.ExtractAsync();
        return scene.Files.Count() == 1;
    }

    private static Gen<byte[]> Damage() =>
        from changes in Change().NonEmptyListOf()
        from cut in Gen.Frequency((9, Gen.Constant(Sound.Length)), (1, Gen.Choose(0, Sound.Length)))
        select Damaged(changes.Take(4), cut);

    // Headers are a small part of an archive's bytes and the part that is believed; they are hit more often.
    private static Gen<(int Place, byte Value)> Change() =>
        from place in Gen.OneOf(Gen.Choose(0, Sound.Length - 1), Gen.Choose(Sound.Length * 2 / 3, Sound.Length - 1))
        from value in Gen.OneOf(Gen.Elements<byte>(0, 1, 0x2E, 0x2F, 0x5C, 0x7F, 0x80, 0xFF), Gen.Choose(0, 255).Select(number => (byte)number))
        select (place, value);

    private static byte[] Damaged(IEnumerable<(int Place, byte Value)> changes, int cut)
    {
        var bytes = Sound[..];
        foreach (var (place, value) in changes)
            bytes[place] = value;
        return bytes[..cut];
    }
}
