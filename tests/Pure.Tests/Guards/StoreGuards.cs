using System.Text.RegularExpressions;

namespace RealtimeAkka.Pure.Tests.Guards;

/// <summary>The database stays in its place, and its document names what there is.</summary>
public partial class StoreGuards
{
    [Fact]
    public void Only_the_files_of_PostgreSQL_use_Npgsql()
    {
        var knowing = Repository.Sources("src").Where(source => Npgsql().IsMatch(source.Text)).Select(source => source.Path).ToList();
        Assert.Contains("src/Hosting/Store/PostgresStore.cs", knowing);
        Assert.All(knowing, path => Assert.StartsWith("src/Hosting/Store/Postgres", path, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_table_is_documented()
    {
        var text = File.ReadAllText(Repository.At("docs", "store.md"));
        var tables = Directory.GetFiles(Repository.At("src", "Hosting", "Store", "Migrations"))
            .SelectMany(file => Table().Matches(File.ReadAllText(file))).Select(table => table.Groups[1].Value).ToList();
        Assert.Contains("turns", tables);
        Assert.All(tables, table => Assert.Contains($"| `{table}` |", text, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\busing Npgsql")]
    private static partial Regex Npgsql();

    [GeneratedRegex(@"CREATE (?:TABLE|VIEW) realtime_akka\.(\w+)")]
    private static partial Regex Table();
}
