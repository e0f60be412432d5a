using PlayFlow.Core.Builds;
using PlayFlow.Emulator.Uploads.Repack;
using PlayFlow.Emulator.Uploads.Tree;
using PlayFlow.Emulator.Uploads.Zip;
using ZstdSharp;

namespace PlayFlow.Emulator.Uploads;

/// <summary>The way from an uploaded archive to an artefact, and from an artefact to a directory. One caller a build.</summary>
internal sealed class BuildPipeline(ArtefactStoreOptions options, ArtefactFiles files)
{
    /// <summary>Checks and repacks an upload; its archive goes once the artefact is whole.</summary>
    /// <returns>The archive's bytes and the artefact's; zeros when an earlier run had finished.</returns>
    /// <exception cref="BadArchiveException">The archive cannot be made into a build.</exception>
    public (long UploadBytes, long ArtefactBytes) Run(Build build, Action<string> log, CancellationToken cancellationToken)
    {
        var upload = files.Upload(build.Id);
        var artefact = files.Artefact(build.Id);
        if (!File.Exists(upload))
        {
            return File.Exists(artefact)
                ? (0, 0)
                : throw new BadArchiveException("There is no upload for this build any more; upload it again as a new version.");
        }

        (long, long) sizes;
        using (var archive = ZipFileReader.Open(upload, options.Limits))
        {
            log($"Checking the archive: {LogText.Size(archive.Length)}, {LogText.Count(archive.Entries.Count, "entry", "entries")}.");
            var plan = BuildPlan.Make(archive, build.ExecutablePath ?? Build.DefaultExecutablePath, options.Limits, log);
            Describe(plan.Tree, log);
            sizes = (archive.Length, Repack(archive, plan, artefact, log, cancellationToken));
        }

        File.Delete(upload);
        return sizes;
    }

    /// <summary>Unpacks an artefact below an empty directory; after a failure the directory is empty again.</summary>
    public void Extract(BuildId build, string directory, CancellationToken cancellationToken)
    {
        var target = Directory.CreateDirectory(directory);
        if (target.EnumerateFileSystemInfos().Any())
            throw new ArgumentException("A build is unpacked to an empty directory.", nameof(directory));

        try
        {
            using var file = OpenArtefact(build);
            using var tar = TarZst.Decompress(file);
            new Unpacker(target.FullName, options.Limits).Unpack(tar, cancellationToken);
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or ZstdException)
        {
            Clear(target);
            throw new BadArchiveException("Its artefact is damaged.", fault);
        }
        catch
        {
            Clear(target);
            throw;
        }
    }

    /// <summary>Removes all files of a build.</summary>
    public void Remove(BuildId build)
    {
        File.Delete(files.Upload(build));
        File.Delete(files.Artefact(build));
    }

    private long Repack(
        ZipFileReader archive, BuildPlan plan, string artefact, Action<string> log, CancellationToken cancellationToken)
    {
        var unfinished = ArtefactFiles.Unfinished(artefact);
        try
        {
            long size;
            var repacker = new Repacker(archive, plan, log);
            using (var file = options.CreateFile(unfinished, 0))
            {
                using (var compressed = TarZst.Compress(file, options.CompressionLevel, options.CompressionWorkers))
                    repacker.WriteTo(compressed, cancellationToken);
                UploadReceiver.Flush(file);
                size = file.Length;
            }

            cancellationToken.ThrowIfCancellationRequested();
            ArtefactFiles.Finish(artefact);
            if (repacker.MadeExecutable > 0)
            {
                log($"Made {LogText.Count(repacker.MadeExecutable, "more file", "more files")} executable by content: " +
                    "the archive does not say which are.");
            }

            log($"Repacked to {LogText.Size(size)} (tar.zst); {LogText.Quote(plan.Executable.Path)} will be run.");
            return size;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Describe(BuildTree tree, Action<string> log)
    {
        var contents = tree.Nodes.OfType<TreeNode.FileNode>().ToList();
        log($"Repacking {LogText.Count(contents.Count, "file", "files")}, " +
            $"{LogText.Count(tree.Nodes.OfType<TreeNode.Link>().Count(), "link", "links")}, " +
            $"{LogText.Count(tree.Nodes.OfType<TreeNode.Folder>().Count(), "folder", "folders")}: " +
            $"{LogText.Size(contents.Sum(file => file.Entry.Size))} unpacked.");
    }

    private FileStream OpenArtefact(BuildId build)
    {
        try
        {
            return new FileStream(files.Artefact(build), new FileStreamOptions
            {
                Access = FileAccess.Read,
                Share = FileShare.Read | FileShare.Delete,
                BufferSize = 0,
                Options = FileOptions.SequentialScan,
            });
        }
        catch (FileNotFoundException fault)
        {
            throw new BadArchiveException("Its artefact is missing.", fault);
        }
    }

    private static void Clear(DirectoryInfo directory)
    {
        foreach (var left in directory.EnumerateFileSystemInfos())
        {
            if (left is DirectoryInfo { LinkTarget: null } folder)
                folder.Delete(recursive: true);
            else
                left.Delete();
        }
    }
}
