using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class RoundTripTests
{
    private static readonly string[] Names = ["a", "B", "data", "über karte", "地図.bin", "x.so.1", ".hidden", new('n', 120), "..."];

    private static readonly int[] Modes = [0x81ED, 0x81A4, 0x8180, 0x81C0, 0x81FF];

    [Test]
    public void Unpacked_files_are_what_was_packed() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(60),
            Prop.ForAll(Files().ToArbitrary(), files => RoundTripAsync(files).GetAwaiter().GetResult()));

    private static async Task<bool> RoundTripAsync(ZipItem[] files)
    {
        var tree = WithoutConflicts(files);
        using var scene = new UploadScene();
        Assert.That(await scene.RunAsync(ZipMaker.Make(tree)), Is.Null);

        var unpacked = await scene.ExtractAsync();
        Assert.That(UploadScene.FilesBelow(unpacked), Is.EquivalentTo(tree.Select(item => item.Name)));
        foreach (var item in tree)
        {
            var file = Path.Combine(unpacked, item.Name);
            Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(item.Content), item.Name);
            Assert.That(UploadScene.ModeOf(file), Is.EqualTo((UnixFileMode)(item.Mode & 0x1FF)), item.Name);
        }

        return true;
    }

    private static Gen<ZipItem[]> Files() =>
        (from path in Gen.Elements(Names).NonEmptyListOf().Select(parts => string.Join('/', parts.Take(4)))
         from content in Content()
         from mode in Gen.Elements(Modes)
         from method in Gen.Elements<ushort>(0, 8)
         from shape in Gen.Choose(0, 3)
         select new ZipItem(path, content) { Mode = mode, Method = method, Wide = shape == 1, Streamed = shape == 2 }).ArrayOf();

    private static Gen<byte[]> Content() => Gen.OneOf(
        Gen.Constant(Array.Empty<byte>()),
        ArbMap.Default.GeneratorFor<byte[]>().Select(bytes => bytes ?? []),
        from seed in Gen.Choose(0, int.MaxValue - 1) from size in Gen.Choose(1, 400_000) select Random(seed, size),
        from size in Gen.Choose(1, 400_000) select new byte[size]);

    private static byte[] Random(int seed, int size)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    // One thing at each path, folders above it only: what any file system could have held.
    private static List<ZipItem> WithoutConflicts(ZipItem[] files)
    {
        var kept = new List<ZipItem> { ZipItem.Server };
        foreach (var file in files)
        {
            if (!kept.Any(other => IsSameOrBelow(other.Name, file.Name) || IsSameOrBelow(file.Name, other.Name)))
                kept.Add(file);
        }

        return kept;
    }

    private static bool IsSameOrBelow(string path, string folder) =>
        path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal);
}
