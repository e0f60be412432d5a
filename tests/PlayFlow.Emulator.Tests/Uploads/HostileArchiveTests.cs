using System.Text;
using NUnit.Framework;
using PlayFlow.Emulator.Uploads;

namespace PlayFlow.Emulator.Tests.Uploads;

public sealed class HostileArchiveTests
{
    private const int Device = 0x2180, Pipe = 0x1180, Socket = 0xC180;
    private static readonly byte[] Zeros = new byte[1 << 20];

    [TestCaseSource(nameof(Archives))]
    public async Task Process_HostileArchive_FailsWithALineAndLeavesNothing(byte[] archive, string expected)
    {
        using var scene = new UploadScene(new UploadLimits { MaxEntries = 50, MaxLinks = 20, RatioFloorBytes = 512 * 1024, MaxRatio = 100 });

        var fault = await scene.RunAsync(archive);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(fault, Does.Contain(expected));
            Assert.That(fault, Does.Not.Match(@"\p{Cc}"));
            Assert.That(scene.Files, Is.Empty);
            Assert.That(UploadScene.FilesBelow(scene.Root), Is.Empty);
            Assert.That(scene.Store.HasUpload(UploadScene.Id), Is.False);
        }
    }

    private static IEnumerable<TestCaseData> Archives()
    {
        yield return Case("nothing at all", [], "is empty");
        yield return Case("not a zip", Encoding.ASCII.GetBytes(new string('x', 5000)), "not a ZIP");
        yield return Case("a zip without entries", ZipMaker.Make(), "no files");
        yield return Case("cut in the middle", ZipMaker.Make(ZipItem.Server, new("data", Zeros) { Method = 0 })[..5000], "not a ZIP");
        yield return Case("cut in the end record", ZipMaker.Make(ZipItem.Server)[..^3], "not a ZIP");
        yield return Case("begins missing", ZipMaker.Make(ZipItem.Server, ZipItem.Server with { Name = "other" })[40..], "");
        yield return Case("more entries claimed", new ZipMaker { ClaimedCount = 3 }.Write(ZipItem.Server), "another number of entries");
        yield return Case("fewer entries claimed", new ZipMaker { ClaimedCount = 1 }.Write(ZipItem.Server, new("a", "a")), "another number");
        yield return Case("one part of several", SpannedArchive(), "one part of several");

        yield return WithServer("climbs out", new("../evil", "x"), "climbs up");
        yield return WithServer("climbs out from inside", new("a/b/../../../evil", "x"), "climbs up");
        yield return WithServer("climbs but stays inside", new("a/../b", "x"), "climbs up");
        yield return WithServer("climbs with backslashes", new("a\\..\\..\\evil", "x"), "climbs up");
        yield return WithServer("climbs as a folder", new("../evil/"), "climbs up");
        yield return WithServer("absolute", new("/etc/cron.d/evil", "x"), "absolute path");
        yield return WithServer("absolute with a backslash", new("\\evil", "x"), "absolute path");
        yield return WithServer("drive letter", new("C:\\evil", "x"), "drive letter");
        yield return WithServer("drive letter without a slash", new("c:evil", "x"), "drive letter");
        yield return WithServer("NUL in a name", new("a\0b", "x"), "control character");
        yield return WithServer("line break in a name", new("a\nInjected line", "x"), "control character");
        yield return WithServer("escape sequence in a name", new("\u001b[31mred", "x"), "control character");
        yield return WithServer("no name", new("", "x"), "without a name");
        yield return WithServer("a name of dots", new("./.", "x"), "without a name");
        yield return WithServer("too long a name", new(new string('n', 256), "x"), "longer than 255");
        yield return WithServer("too long a path", new(string.Join('/', Enumerable.Repeat("folder", 200)), "x"), "longer than 1024");
        yield return WithServer("broken UTF-8", new("") { RawName = [0x61, 0xFF, 0xFE], Flags = 1 << 11 }, "not valid UTF-8");

        yield return WithServer("link out", ZipItem.Link("link", "../outside"), "points out of the archive");
        yield return WithServer("absolute link", ZipItem.Link("link", "/etc/passwd"), "points out of the archive");
        yield return WithServer("link out from inside", ZipItem.Link("a/b/link", "../../../outside"), "points out of the archive");
        yield return WithServer("link to a drive", ZipItem.Link("link", "C:/Windows"), "points out of the archive");
        yield return WithServer("link with a backslash", ZipItem.Link("link", "..\\outside"), "backslash");
        yield return WithServer("link to nothing", ZipItem.Link("link", ""), "no usable target");
        yield return WithServer("link with a huge target", ZipItem.Link("link", new string('x', 2000)), "too long");
        yield return WithServer("link to itself", ZipItem.Link("link", "link"), "back to itself");
        yield return Case("links in a ring", ZipMaker.Make(ZipItem.Server, ZipItem.Link("a", "b"), ZipItem.Link("b", "a")), "back to itself");
        yield return Case(
            "a chain that climbs out",
            ZipMaker.Make(ZipItem.Server, ZipItem.Link("a/b/up", ".."), ZipItem.Link("a/b/out", "up/../../outside")),
            "points out of the archive");
        yield return Case(
            "a chain through a folder link",
            ZipMaker.Make(ZipItem.Server, new("x/y/z/f", "x"), ZipItem.Link("deep", "x/y/z"), ZipItem.Link("q/w/e/out", "../../../deep/../../../../outside")),
            "points out of the archive");
        yield return Case(
            "a file through a link",
            ZipMaker.Make(ZipItem.Server, new("real/f", "x"), ZipItem.Link("link", "real"), new("link/evil", "x")),
            "behind the symbolic link");
        yield return Case(
            "a file before the link it goes through",
            ZipMaker.Make(ZipItem.Server, new("link/evil", "x"), ZipItem.Link("link", "/tmp")),
            "as a folder and as something else");
        yield return Case("a file over a link", ZipMaker.Make(ZipItem.Server, ZipItem.Link("l", "Server.x86_64"), new("l", "x")), "more than once");
        yield return Case("many links", ZipMaker.Make([ZipItem.Server, .. Many(21, n => ZipItem.Link($"l{n}", "f"))]), "more than 20 links");

        yield return WithServer("device", new("dev", "") { Mode = Device }, "device, pipe or socket");
        yield return WithServer("pipe", new("pipe", "") { Mode = Pipe }, "device, pipe or socket");
        yield return WithServer("socket", new("socket", "") { Mode = Socket }, "device, pipe or socket");
        yield return WithServer("encrypted", new("secret", "x") { Flags = 1 }, "encrypted");
        yield return WithServer("strongly encrypted", new("secret", "x") { Flags = 1 << 6 }, "encrypted");
        yield return WithServer("AES", new("secret", "x") { Method = 99 }, "encrypted");
        yield return WithServer("LZMA", new("packed", "x") { Method = 14 }, "compressed with LZMA");

        yield return Case("the same file twice", ZipMaker.Make(ZipItem.Server, new("a", "1"), new("a", "2")), "more than once");
        yield return Case("the same file spelt twice", ZipMaker.Make(ZipItem.Server, new("a/b", "1"), new("./a//b", "2")), "more than once");
        yield return Case("a file, then a folder", ZipMaker.Make(ZipItem.Server, new("a", "1"), new("a/b", "2")), "as a file and as a folder");
        yield return Case("a folder, then a file", ZipMaker.Make(ZipItem.Server, new("a/b", "1"), new("a", "2")), "as something else");
        yield return Case("a listed folder, then a file", ZipMaker.Make(ZipItem.Server, new("a/"), new("a", "2")), "as something else");

        yield return Case("too many entries", ZipMaker.Make([ZipItem.Server, .. Many(50, n => new($"f{n}", ""))]), "more than 50 entries");
        yield return WithServer("too many folders implied", new(string.Join('/', Many(60, n => new($"d{n}")).Select(d => d.Name)), "x"), "files and folders");
        yield return WithServer("a bomb by ratio", new("zeros", Zeros), "unpacks to more than");
        yield return WithServer("a bomb that says it is small", new("zeros", Zeros) { Size = 100 }, "holds more than");
        yield return WithServer("a bomb that says it is empty", new("zeros", Zeros) { Size = 0 }, "holds more than");
        yield return WithServer("an entry that says it is huge", new("small", "x") { Size = 1L << 40, Wide = true }, "unpacks to more than");
        yield return WithServer("an entry that says it is larger", new("small", "x") { Size = 100_000 }, "ends after");
        yield return Case(
            "entries that share bytes",
            ZipMaker.Make(ZipItem.Server, new("a", Zeros) { Method = 0, HeaderOffset = 0 }, new("b", "x") { HeaderOffset = 10 }),
            "share the same bytes");
        yield return Case("two names for one content", ZipMaker.Make(ZipItem.Server, new("a", "1") { HeaderOffset = 0 }), "share the same bytes");

        yield return WithServer("wrong checksum", new("damaged", "text") { Crc = 1 }, "checksum does not match");
        yield return WithServer("wrong checksum of nothing", new("damaged", "") { Crc = 1 }, "checksum does not match");
        yield return WithServer("content cut short", new("damaged", Text(5000)) { CutTo = 20 }, "is damaged");
        yield return WithServer("content that is no deflate", new("damaged", Text(5000)) { Method = 0, Flags = 0 }, "is damaged", claimMethod: 8);
        yield return WithServer("header elsewhere", new("damaged", "x") { HeaderOffset = 1 << 30 }, "lies outside");
        yield return Case("executable missing", ZipMaker.Make(new ZipItem("readme.txt", "hello")), "\"Server.x86_64\" is not in the archive");
        yield return Case("executable is a folder", ZipMaker.Make(new ZipItem("Server.x86_64/a", "hello")), "is not in the archive");
    }

    private static TestCaseData Case(string name, byte[] archive, string expected) =>
        new TestCaseData(archive, expected).SetArgDisplayNames(name);

    private static TestCaseData WithServer(string name, ZipItem item, string expected, ushort? claimMethod = null)
    {
        var archive = ZipMaker.Make(ZipItem.Server, item);
        if (claimMethod is { } method)
            archive = Claim(archive, method);
        return Case(name, archive, expected);
    }

    // Changes the method of the last entry of the directory; its content stays.
    private static byte[] Claim(byte[] archive, ushort method)
    {
        var header = archive.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        archive[header + 10] = (byte)method;
        return archive;
    }

    private static byte[] SpannedArchive()
    {
        var archive = ZipMaker.Make(ZipItem.Server);
        archive[^18] = 1;
        return archive;
    }

    private static IEnumerable<ZipItem> Many(int count, Func<int, ZipItem> item) => Enumerable.Range(0, count).Select(item);

    private static byte[] Text(int length) => [.. Enumerable.Range(0, length).Select(n => (byte)(' ' + (n * n % 90)))];
}
