using System.Text.RegularExpressions;

namespace RealtimeAkka.Pure.Tests.Guards;

/// <summary>Each known failure of the published script has a test that the program avoids it; those marked E end to end.</summary>
public partial class CookbookTests
{
    private const int Rows = 28;
    private static readonly int[] EndToEnd = [1, 2, 3, 4, 12, 13, 14, 15, 19];

    [Fact]
    public void Every_row_is_shown_in_some_ring() =>
    Assert.Empty(Enumerable.Range(1, Rows).Except(Shown("Pure.Tests").Union(Shown("Actor.Tests")).Union(Shown("EndToEnd.Tests"))));

    [Fact]
    public void Rows_that_only_a_whole_session_can_show_are_shown_by_one() => Assert.Empty(EndToEnd.Except(Shown("EndToEnd.Tests")));

    private static IEnumerable<int> Shown(string project) =>
        Directory.EnumerateFiles(Repository.At("tests", project), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => Row().Matches(File.ReadAllText(file))).Select(match => int.Parse(match.Groups[1].ValueSpan));

    [GeneratedRegex("""\[Trait\("Cookbook", "(\d+)"\)\]""")]
    private static partial Regex Row();
}
