using System.Text.RegularExpressions;

namespace RealtimeAkka.Pure.Tests.Guards;

/// <summary>The folders of <c>src/Actors</c> depend on each other in one direction.</summary>
public sealed partial class FolderTests
{
    [Fact]
    public void The_folders_of_the_actors_depend_on_each_other_without_a_cycle()
    {
        var dependencies = Dependencies();
        Assert.Contains("Stations", dependencies["Sessions"]);
        Assert.Equal([], dependencies["Stations"]);
        Assert.DoesNotContain(dependencies, folder => folder.Value.Contains("Sessions"));
        Assert.Equal([], FirstCycle(dependencies));
    }

    [Fact]
    public void No_source_lies_beside_the_folders() =>
        Assert.DoesNotContain(Repository.Sources("src/Actors"), source => source.Path.Split('/').Length < 4);

    [Fact]
    public void A_cycle_is_found() =>
        Assert.Equal(["B", "C", "B"], FirstCycle(new Dictionary<string, List<string>> { ["A"] = ["B"], ["B"] = ["C"], ["C"] = ["B"] }));

    private static Dictionary<string, List<string>> Dependencies() => Repository.Sources("src/Actors")
        .Select(source => (Folder: source.Path.Split('/')[2], source.Text))
        .GroupBy(source => source.Folder)
        .ToDictionary(
            folder => folder.Key,
            folder => folder.SelectMany(source => Using().Matches(source.Text).Select(match => match.Groups[1].Value)).Distinct()
            .Where(name => name != folder.Key).ToList());

    private static List<string> FirstCycle(Dictionary<string, List<string>> dependencies) =>
        dependencies.Keys.Select(folder => CycleFrom(folder, [], dependencies)).FirstOrDefault(cycle => cycle.Count > 0) ?? [];

    private static List<string> CycleFrom(string folder, List<string> path, Dictionary<string, List<string>> dependencies)
    {
        if (path.IndexOf(folder) is >= 0 and var at) return [.. path[at..], folder];
        return dependencies[folder].Select(next => CycleFrom(next, [.. path, folder], dependencies))
            .FirstOrDefault(cycle => cycle.Count > 0) ?? [];
    }

    [GeneratedRegex(@"^using (?:static )?RealtimeAkka\.Actors\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
