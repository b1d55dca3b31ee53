using System.Text;
using RealtimeAkka.Hosting.Logging;
using Serilog.Events;

namespace RealtimeAkka.Pure.Tests.Logging;

public class LogTests
{
    [Fact]
    public void A_line_of_the_log_reads_as_a_person_reads_it()
    {
        var entry = Entry("""{"Turn":1,"Item":"item_1","Actor":"turns"}""");
        Assert.Equal((LogEventLevel.Information, "turns", 1, "item_1"), (entry.Level, entry.Actor, entry.Turn, entry.Item));
        Assert.Equal("08:45:01.500 INF turns      Turn 1 is joined for item_1", entry.ToString());
    }

    [Fact]
    public void An_exception_is_told_by_its_first_line() =>
        Assert.EndsWith("(System.IO.IOException: gone)",
        Entry("""{"Turn":1,"Item":"i"}""", ""","Exception":"System.IO.IOException: gone\n   at X" """).ToString(),
        StringComparison.Ordinal);

    [Fact]
    public void What_a_line_does_not_say_is_nothing()
    {
        var entry = Entry("{}");
        Assert.Equal(("-", null, null), (entry.Actor, entry.Turn, entry.Item));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("text")]
    [InlineData("""{"Timestamp":"2026-11-22T08:45:01.5+00:00","Level":"Information","MessageTemplate":"torn""")]
    [InlineData("""{"Timestamp":"then","Level":"Information","MessageTemplate":"x","RenderedMessage":"x"}""")]
    [InlineData("""{"Timestamp":"2026-11-22T08:45:01.5+00:00","Level":"Loud","MessageTemplate":"x","RenderedMessage":"x"}""")]
    [InlineData("""{"Timestamp":"2026-11-22T08:45:01.5+00:00","Level":null,"MessageTemplate":"x","RenderedMessage":"x"}""")]
    public void A_line_that_is_none_is_none(string line) => Assert.Null(LogEntry.TryParse(line));

    [Theory]
    [InlineData("socket", "socket", true)]
    [InlineData("socket", "socket/$a", true)]
    [InlineData("sink", "sink-folder", true)]
    [InlineData("socket", "sockets", false)]
    [InlineData("turns", "mic", false)]
    [InlineData(null, "mic", true)]
    public void A_station_is_asked_for_with_its_children(string? asked, string actor, bool shown) =>
        Assert.Equal(shown, new LogFilter(asked, null, null, LogEventLevel.Verbose).Admits(Line(actor, null, null)));

    [Fact]
    public void A_turn_is_asked_for_with_everything_that_is_said_of_its_item_from_then_on()
    {
        var filter = new LogFilter(null, 2, null, LogEventLevel.Verbose);
        Assert.False(filter.Admits(Line("turns", null, "i2"))); // the item's turn is not known yet
        Assert.True(filter.Admits(Line("turns", 2, "i2")));
        Assert.True(filter.Admits(Line("ledger", null, "i2")));
        Assert.False(filter.Admits(Line("turns", 1, "i1")));
        Assert.False(filter.Admits(Line("turns", 3, "i2")));
        Assert.False(filter.Admits(Line("turns", null, null)));
    }

    [Fact]
    public void An_item_and_a_level_are_asked_for_as_they_are()
    {
        Assert.True(new LogFilter(null, null, "i1", LogEventLevel.Verbose).Admits(Line("x", null, "i1")));
        Assert.False(new LogFilter(null, null, "i1", LogEventLevel.Verbose).Admits(Line("x", 1, "i2")));
        Assert.False(new LogFilter(null, null, null, LogEventLevel.Warning).Admits(Line("x", null, null)));
        Assert.True(new LogFilter(null, null, null, LogEventLevel.Information).Admits(Line("x", null, null)));
    }

    [Fact]
    public async Task An_unfinished_line_waits_for_its_end()
    {
        var file = new MemoryStream();
        var reader = new LogReader(file);
        Append(file, "one\r\ntw");
        Assert.Equal("one", await reader.ReadAsync(default));
        Assert.Null(await reader.ReadAsync(default));
        Append(file, "o\n\nthree");
        Assert.Equal("two", await reader.ReadAsync(default));
        Assert.Equal("", await reader.ReadAsync(default));
        Assert.Null(await reader.ReadAsync(default));
    }

    private static void Append(MemoryStream file, string text)
    {
        var at = file.Position;
        file.Position = file.Length;
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Position = at;
    }

    private static LogEntry Line(string actor, int? turn, string? item) => new(default, LogEventLevel.Information, actor, "x", turn, item);

    private static LogEntry Entry(string properties, string more = "") => LogEntry.TryParse(
        $$"""{"Timestamp":"2026-11-22T08:45:01.5000000+00:00","Level":"Information","MessageTemplate":"Turn {Turn} is joined for {Item}","RenderedMessage":"Turn 1 is joined for \"item_1\"","Properties":{{properties}}{{more}}}""")!;
}
