using RealtimeAkka.Hosting.Live;

namespace RealtimeAkka.Pure.Tests.Live;

public sealed class LiveTerminalTests
{
    [Theory]
    [InlineData(false, false, "xterm-256color", 80, 24, null)]
    [InlineData(false, false, "tmux", 20, 5, null)]
    [InlineData(true, false, "xterm", 80, 24, "--json")]
    [InlineData(false, true, "xterm", 80, 24, "no terminal")]
    [InlineData(false, false, "dumb", 80, 24, "TERM=dumb")]
    [InlineData(false, false, null, 80, 24, "TERM=")]
    [InlineData(false, false, "xterm", 19, 24, "less than 20 x 5")]
    [InlineData(false, false, "xterm", 80, 4, "less than 20 x 5")]
    public void It_is_shown_where_it_can_be(bool isJson, bool isRedirected, string? term, int width, int height, string? why)
    {
        var refusal = LiveTerminal.Refusal(isJson, isRedirected, term, (width, height));

        if (why is null) Assert.Null(refusal);
        else Assert.Contains(why, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_cannot_be_is_replaced()
    {
        Assert.Equal((80, 24), LiveTerminal.Size(0, 0));
        Assert.Equal((132, 50), LiveTerminal.Size(0, 0, (132, 50)));
        Assert.Equal((80, 24), LiveTerminal.Size(-1, 30));
        Assert.Equal((500, 200), LiveTerminal.Size(65_535, 65_535));
        Assert.Equal((40, 20), LiveTerminal.Size(40, 20, (80, 24)));
    }

    [Fact]
    public void Only_lines_that_changed_are_written()
    {
        Assert.Equal("", LiveTerminal.Change(["a", "b", "c"], ["a", "b", "c"]));
        var change = LiveTerminal.Change(["a", "b", "c"], ["a", "B", "c"]);
        Assert.Equal("\e[?2026h\e[2;1H\e[0m\e[2KB\e[?2026l", change);
    }

    [Fact]
    public void A_screen_of_unknown_content_is_cleared_and_written_as_a_whole() =>
        Assert.Equal("\e[?2026h\e[0m\e[2J\e[1;1H\e[0m\e[2Ka\e[2;1H\e[0m\e[2Kb\e[?2026l", LiveTerminal.Change(null, ["a", "b"]));

    [Fact]
    public void What_is_switched_at_the_beginning_is_switched_back_at_the_end()
    {
        Assert.Equal("\e[?1049h\e[?25l\e[?7l\e[2J", LiveTerminal.Enter);
        foreach (var back in (string[])["\e[?1049l", "\e[?25h", "\e[?7h", "\e[0m", "\e[?1l\e>"])
            Assert.Contains(back, LiveTerminal.Leave, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('m', LiveKey.Mute)]
    [InlineData('M', LiveKey.Mute)]
    [InlineData('d', LiveKey.Device)]
    [InlineData('e', LiveKey.End)]
    [InlineData('q', LiveKey.End)]
    [InlineData('?', LiveKey.Help)]
    [InlineData('\r', LiveKey.Talk)]
    [InlineData('\n', LiveKey.Talk)]
    [InlineData('x', LiveKey.None)]
    [InlineData('\0', LiveKey.None)]
    public void A_key_means_what_the_key_line_says(char key, LiveKey means) =>
        Assert.Equal(means, LiveKeys.Of(new ConsoleKeyInfo(key, default, shift: false, alt: false, control: false)));

    [Fact]
    public void A_letter_with_control_or_alt_is_another_key() =>
        Assert.Equal(LiveKey.None, LiveKeys.Of(new ConsoleKeyInfo('e', ConsoleKey.E, shift: false, alt: true, control: false)));
}
