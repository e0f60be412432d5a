using PlayFlow.Core.Projects;

namespace PlayFlow.Core.Hosting;

/// <summary>Tells what is wrong with the projects, each alone and all together. Never shows a key.</summary>
internal static class ProjectOptionsCheck
{
    public static void Check(IList<ProjectOptions> projects, OptionFaults faults)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < projects.Count; i++)
        {
            var at = FormattableString.Invariant($"Projects[{i}]");
            if (projects[i] is not { } project)
            {
                faults.Add($"{at} is null.");
                continue;
            }

            if (faults.Require(!string.IsNullOrEmpty(project.Id), $"{at}.Id is empty."))
            {
                faults.Require(ids.Add(project.Id), $"{at}.Id '{project.Id}' is another project's too.");
            }

            faults.Require(project.Name is null || project.Name.Length > 0, $"{at}.Name is empty: leave it out, or give one.");
            CheckKey(project.ServerKey, KeyKind.Server, ProjectKeys.ServerPrefix, $"{at}.ServerKey");
            CheckKey(project.ClientKey, KeyKind.Client, ProjectKeys.ClientPrefix, $"{at}.ClientKey");
            faults.Require(project.Plan is not null, $"{at}.Plan is null.");
        }

        void CheckKey(string key, KeyKind kind, string prefix, string name)
        {
            if (faults.Require(
                    key is not null && ProjectKeys.KindOf(key) == kind,
                    $"{name} is not '{prefix}' followed by letters, digits, '_' and '-'."))
            {
                faults.Require(keys.Add(key!), $"{name} is the key of another project too: a key tells which project calls.");
            }
        }
    }
}
