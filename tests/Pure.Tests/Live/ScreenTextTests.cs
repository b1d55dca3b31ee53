using RealtimeAkka.Hosting.Live;

namespace RealtimeAkka.Pure.Tests.Live;

public sealed class ScreenTextTests
{
    [Theory]
    [InlineData("Hello", 5)]
    [InlineData("Grüße", 5)]
    [InlineData("你好", 4)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("e\u0301a", 2)]
    [InlineData("한국어", 6)]
    [InlineData("กำ", 2)]
    [InlineData("🙂", 2)]
    public void A_character_takes_the_cells_that_terminals_give_it(string text, int width) =>
        Assert.Equal(width, ScreenText.Width(ScreenText.Safe(text)));

    [Theory]
    [InlineData("a\e[2Jb\e]0;title\u0007", "a\uFFFD[2Jb\uFFFD]0;title\uFFFD")]
    [InlineData("a\u009b2Jb", "a\uFFFD2Jb")]
    [InlineData("one\r\ntwo\tthree\bfour", "one two three\uFFFDfour")]
    [InlineData("abc\u202Etxt\u2066x", "abc\uFFFDtxt\uFFFDx")]
    [InlineData("a\u200Bb\uFEFFc", "a\uFFFDb\uFFFDc")]
    [InlineData("👩\u200D👩\u200D👧", "👩👩👧")]
    [InlineData("🇩🇪", "DE")]
    [InlineData("☎\uFE0F", "☎")]
    [InlineData("👍\U0001F3FD", "👍")]
    [InlineData("\u0301a", "a")]
    [InlineData("\uE000", "\uFFFD")]
    [InlineData(null, "")]
    public void What_could_move_the_cursor_or_takes_different_widths_is_replaced(string? text, string shown) =>
        Assert.Equal(shown, ScreenText.Safe(text));

    [Fact]
    public void Half_a_character_is_none() => Assert.Equal("a\uFFFDx", ScreenText.Safe("a\uD83Dx"));

    [Fact]
    public void Marks_do_not_pile_up_over_the_lines_around() =>
        Assert.Equal("z" + new string('\u0300', 4) + "b", ScreenText.Safe("z" + new string('\u0300', 1000) + "b"));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal("ab…", ScreenText.Safe("abcdef", max: 2));

    [Theory]
    [InlineData("the quick brown fox", 9, "the quick|brown fox")]
    [InlineData("the quick brown fox", 10, "the quick |brown fox")]
    [InlineData("ab cde fgh", 6, "ab cde|fgh")]
    [InlineData("aaaaaaaaaa", 4, "aaaa|aaaa|aa")]
    [InlineData("to aaaaaaaaaa", 4, "to |aaaa|aaaa|aa")]
    [InlineData("你好世界", 5, "你好|世界")]
    [InlineData("a你好", 2, "a|你|好")]
    [InlineData("你", 1, "…")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301")]
    [InlineData("", 4, "")]
    [InlineData("x", 0, "")]
    public void Words_wrap_and_nothing_that_belongs_together_is_divided(string text, int width, string rows) => Assert.Equal(
        rows, string.Join('|', ScreenText.Wrap([new Span(text)], width).Select(row => string.Concat(row.Select(span => span.Text)))));

    [Fact]
    public void Tones_survive_wrapping()
    {
        var rows = ScreenText.Wrap([new("my name is "), new("Wren", Tone.Different), new(" you know")], 15);

        Assert.Equal([new Span("my name is "), new Span("Wren", Tone.Different)], rows[0].ToArray());
        Assert.Equal([new Span("you know")], rows[1].ToArray());
    }

    [Theory]
    [InlineData("Hello", 5, "Hello")]
    [InlineData("Hello", 4, "Hel…")]
    [InlineData("你好", 3, "你…")]
    [InlineData("你好", 2, "… ")]
    [InlineData("a", 3, "a  ")]
    [InlineData("a", 0, "")]
    public void A_row_fits_exactly(string text, int width, string shown) =>
        Assert.Equal(shown, string.Concat(ScreenText.Fit([new Span(text)], width).Select(span => span.Text)));
}
