using System.Text.Json.Nodes;
using PlayFlow.Core.Builds;
using static PlayFlow.Emulator.Tests.OpenApi.Generation.Schema;

namespace PlayFlow.Emulator.Tests.OpenApi.Generation;

/// <summary>What goes over the wire about builds.</summary>
internal static class BuildSchemas
{
    public static IEnumerable<(string Name, JsonObject Schema)> All =>
    [
        ("Build", Record(
            "A build: what servers run.",
            ("build_id", Id("The build.")),
            ("name", Text("What servers call their version tag.", 1, Build.MaxNameLength)),
            ("version", Integer("Counts from 1 for each name, and is never used again.", 1)),
            ("status", Word(
                "Servers start from `ready` builds only.", Enum.GetNames<BuildState>().Select(name => name.ToLowerInvariant()))),
            ("created_at", Time("When it was made.")),
            ("updated_at", Time("When its status last changed; null before the first time.").OrNull()),
            ("build_type", Word("What it is made of.", ["zip", "docker_image"])),
            ("executable_path", Text("The file that is run.").OrNull()),
            ("image_url", Text("The image; null for an uploaded archive.").OrNull()))),
        ("BuildList", Record(
            "A page of builds, newest first, without deleted ones.",
            ("total", Integer("How many there are on all pages.", 0)),
            ("total_builds", Integer("The same, for readers of version 2.", 0)),
            ("builds", Items("The page.", Ref("Build"))),
            ("limit", Integer("The limit that was used.", 1, 100)),
            ("offset", Integer("The offset that was used.", 0)),
            ("has_more", Boolean("Whether others come after this page.")))),
        ("UploadUrl", Record(
            "Where a build is to be uploaded.",
            ("build_id", Id("The build.")),
            ("name", Text("Its name.")),
            ("upload_url", new JsonObject { ["type"] = "string", ["format"] = "uri", ["description"] = "Good for one PUT, within five minutes, without a key." }),
            ("message", Text("What to do next.")))),
        ("BuildAccepted", Record(
            "A build is being processed.",
            ("status", Constant("Always the same.", "processing")),
            ("build_id", Id("The build.")),
            ("message", Text("In words.")))),
        ("DockerImage", Form(
            "A build to be made of a container image.",
            ["image_url"],
            ("image_url", Text("The image, with its tag.", 1, 2048)),
            ("name", Text("The build's name.", 1, Build.MaxNameLength, Build.DefaultName)),
            ("executable_path", Text("The file to run in the image; its own command when not given.", 1, 1024)),
            ("registry_credentials", Form(
                "What the registry asks for. It is in no answer.",
                ["username", "password"],
                ("username", Text("The user.")),
                ("password", Text("The password or token.")))))),
        ("BuildDeleted", Record(
            "A build was deleted.",
            ("status", Constant("Always the same.", "success")),
            ("message", Text("In words.")))),
        ("BuildLogs", Record(
            "A page of a build's log, oldest line first.",
            ("logs", Items("The page.", Record(
                "A line.",
                ("timestamp", Time("When it was written.")),
                ("message", Text("The line, without its end.")),
                ("level", ServerSchemas.Level())))),
            ("build_id", Id("The build.")),
            ("total", Integer("How many lines there are.", 0)),
            ("limit", Integer("The limit that was used.", 1, 500)),
            ("offset", Integer("The offset that was used.", 0)),
            ("has_more", Boolean("Whether others come after this page.")))),
    ];
}
