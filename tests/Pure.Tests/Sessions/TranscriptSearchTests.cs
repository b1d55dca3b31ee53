using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sessions;

public sealed class TranscriptSearchTests
{
    [Theory]
    [InlineData("window", "Open the Windows, please.", "Window")]
    [InlineData("hello world", "Well: hello, world!", "hello, world")]
    [InlineData("MULLER", "Frau Müller", "Müller")]
    [InlineData("müller", "Frau Mu\u0308ller", "Mu\u0308ller")]
    [InlineData("Müller", "Frau Muller", null)]
    [InlineData("strasse", "in der Straße", "Straße")]
    [InlineData("s", "ß", null)] // half a letter is none
    [InlineData("cafe", "Un CAFÉ, s’il vous plaît", "CAFÉ")]
    [InlineData("sil vous", "s’il vous plaît", "s’il vous")]
    [InlineData("か", "が", null)] // not an accent
    [InlineData("窓を開けて", "すみません、窓を 開けてください。", "窓を 開けて")]
    [InlineData("你好世界", "你好，世界！", "你好，世界")]
    [InlineData("ｗｉｎｄｏｗ", "window", "window")]
    [InlineData("한", "한국", "한")]
    [InlineData("하", "한국", null)]
    [InlineData("4711", "number 4711", "4711")]
    [InlineData("нет", "Нет!", "Нет")]
    public void Words_are_found_whatever_their_case_and_form(string words, string line, string? found)
    {
        var match = TranscriptSearch.For(words).In([Of(Recorded.Turn(1, oob: line, asr: null))]).SingleOrDefault();
        Assert.Equal(found, match is null ? null : match.Line[match.Places[0].Start..match.Places[0].End]);
    }

    [Fact]
    public void Every_place_is_found_and_everyone_is_heard()
    {
        var lines = new[]
        {
            Of(Recorded.Turn(1, oob: "a window and a window", asr: "a widow")),
            Of(Recorded.Answer(1, "Which window?")),
            Of(Recorded.Turn(2, oob: "none", asr: "window")),
        };
        Assert.Equal(
            [(1, "oob", 2), (1, "assistant", 1), (2, "asr", 1)],
            TranscriptSearch.For("window").In(lines).Select(match => (match.Turn!.Value, match.Who, match.Places.Count)));
    }

    [Fact]
    public void Of_a_turn_that_was_amended_the_last_record_counts()
    {
        var amended = Recorded.Amended(Recorded.Turn(1, oob: "late window", asr: "x"));
        var lines = new[] { Of(Recorded.Turn(1, oob: null, asr: "x")), Of(amended) };
        Assert.Equal("late window", Assert.Single(TranscriptSearch.For("window").In(lines)).Line);
    }

    [Theory]
    [InlineData(@"win\w+", "the Window is", "Window")]
    [InlineData(@"(w)\w\1", "wow", "wow")]
    [InlineData("^$", "x", null)]
    public void A_regular_expression_is_matched_with_the_text_as_written(string pattern, string line, string? found)
    {
        var match = TranscriptSearch.ForPattern(pattern).In([Of(Recorded.Turn(1, oob: line, asr: null))]).SingleOrDefault();
        Assert.Equal(found, match is null ? null : match.Line[match.Places[0].Start..match.Places[0].End]);
    }

    [Fact]
    public void What_cannot_be_searched_for_is_said()
    {
        Assert.Contains("no letter", Assert.Throws<ConfigException>(() => TranscriptSearch.For("?!")).Message, StringComparison.Ordinal);
        var broken = Assert.Throws<ConfigException>(() => TranscriptSearch.ForPattern("("));
        Assert.Contains("no regular expression", broken.Message, StringComparison.Ordinal);
        var endless = TranscriptSearch.ForPattern(@"(x+x+)+y\1").In([Of(Recorded.Turn(1, oob: new string('x', 60), asr: null))]);
        Assert.Contains("too long", Assert.Throws<ConfigException>(() => endless.ToList()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("I need to open the window in the kitchen please", 30, "…o open the [window] in the kit…")]
    [InlineData("the window", 30, "the [window]")]
    [InlineData("すみませんが窓をあけてください、window", 12, "…い、[window]")]
    [InlineData("\e[2Jwindow\a", 30, "\uFFFD[2J[window]\uFFFD")]
    public void The_line_of_a_match_is_cut_around_it_and_cannot_command_the_terminal(string line, int columns, string shown)
    {
        var match = Assert.Single(TranscriptSearch.For("window").In([Of(Recorded.Turn(1, oob: line, asr: null))]));
        var marked = shown.Replace("[window]", "\e[33;1mwindow\e[0m", StringComparison.Ordinal);
        Assert.Equal(marked, MatchLine.Of(match, new TerminalText(true), columns));
        Assert.DoesNotContain('\e', MatchLine.Of(match, new TerminalText(false), columns));
    }

    private static RecordLine Of(SessionRecord record) => new("turn", default, record);
}
