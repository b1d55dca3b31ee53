using System.Globalization;
using System.Text.RegularExpressions;
using RealtimeAkka.Hosting.Live;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Live;

/// <summary>What stands where on screens of every size, whatever is said.</summary>
public sealed partial class LiveLayoutTests
{
    public static readonly TheoryData<int, int> Sizes = new() { { 80, 24 }, { 120, 40 }, { 40, 20 }, { 20, 5 }, { 72, 20 }, { 100, 24 } };

    private static readonly string[] Hostile =
    [
        "\e[2J\e[H\e]0;pwned\a\e[31m", "\u009b31m\u0085\u0090", "\u202Eevil\u2066\u200F", "a\u200B\u200Cb\uFEFF\u2060",
        new('x', 10_000), new('宽', 5_000), new('\u0300', 3_000),
        "👩\u200D👩\u200D👧\u200D👦 🇩🇪🇺🇸 👍🏽 ☎\uFE0F 1\uFE0F\u20E3", "\uD800\uDC00\uD800",
        "نص عربي ۱۲۳ עברית", "กำลังทดสอบ 한국어 ｆｕｌｌ", "\r\n\t\b\0\u2028\u2029", "╮│╯", "[red]markup[/] [[", "\uE000\U000F0000\uFFFF",
    ];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_line_has_the_width_of_the_screen_or_less_and_its_pieces_stand_apart(int width, int height) =>
        Assert.All(Views(), view => AssertWhole(view, width, height));

    [Fact]
    public void The_same_holds_for_every_size_that_a_window_can_be_dragged_to()
    {
        var view = Talked(Hostile[7] + Hostile[9]);
        for (var width = 0; width <= 130; width += 3)
            for (var height = 0; height <= 45; height += 2) AssertWhole(view, width, height);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Nothing_that_is_shown_can_command_the_terminal(int width, int height)
    {
        foreach (var view in Views())
        {
            foreach (var colors in (bool[])[true, false])
            {
                foreach (var line in LiveLayout.Lines(view, width, height, colors, LiveCall.Now))
                    Assert.DoesNotContain(Own().Replace(line, ""), letter => char.GetUnicodeCategory(letter) is UnicodeCategory.Control
                        or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            }
        }
    }

    [Fact]
    public void Without_colours_there_are_none()
    {
        var lines = LiveLayout.Lines(LiveCall.InTheMiddle, 80, 24, colors: false, LiveCall.Now);
        Assert.DoesNotContain(lines, line => Color().IsMatch(line));
        Assert.Contains(LiveLayout.Lines(LiveCall.InTheMiddle, 80, 24, colors: true, LiveCall.Now), line => Color().IsMatch(line));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void What_matters_most_is_on_every_screen(int width, int height)
    {
        var seen = LiveCall.Seen(LiveCall.InTheMiddle, width, height);

        Assert.Contains("connected", seen, StringComparison.Ordinal);
        Assert.Contains(height < 20 ? "birth?" : "What is your date", Flat(seen), StringComparison.Ordinal);
        Assert.Contains("e end", seen, StringComparison.Ordinal);
        if (height >= 20) Assert.Contains("$0.040974", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    public void A_screen_with_room_shows_everything_about_the_call(int width, int height)
    {
        var seen = LiveCall.Seen(LiveCall.InTheMiddle, width, height);

        foreach (var shown in (string[])[
            "gpt-realtime-2.1 + gpt-transcribe", "● connected", "00:42", "Microphone: a sample call", "-20 dB", "listening", "Assistant",
            "$0.040974", "$0.002114", "19.4x", "budget", "9 % of $1", "305 ms", "412 ms", "640 ms", "Turns (2)", "1  agreed",
            "2  conflict: asr_phantom", "model  My name is Wren Calloway.", "ASR    My name is Ren Calloway.",
            "reply  Hello, and thank you for calling.", "The server reports", "m mute", "d device", "e end", "? help"])
            Assert.Contains(shown, seen, StringComparison.Ordinal);
    }

    [Fact]
    public void The_words_that_the_other_transcript_does_not_have_are_marked()
    {
        var frame = LiveLayout.Draw(LiveCall.InTheMiddle, 80, 24, LiveCall.Now);
        var marked = Enumerable.Range(0, 24).SelectMany(line => frame[line]).SelectMany(piece => piece.Text)
            .Where(span => span.Tone == Tone.Different).Select(span => span.Text);

        Assert.Equal(["Wren", "Ren"], marked);
    }

    [Fact]
    public void The_newest_turns_are_kept_on_a_low_screen()
    {
        var view = Enumerable.Range(1, 30).Aggregate(
            LiveCall.Begun, (view, n) => view.With(LiveCall.Turn(n, $"turn number {n}", $"turn number {n}", Verdict.Agreed), LiveCall.Now));
        var seen = LiveCall.Seen(view, 80, 24);

        Assert.Contains("turn number 30", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("turn number 20", seen, StringComparison.Ordinal);
        Assert.Contains("Turns (30)", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MuteReasons.Caller, "muted by you: m unmutes", "m unmute")]
    [InlineData(MuteReasons.Assistant, "muted while the assistant is heard", "m mute")]
    [InlineData(MuteReasons.Assistant | MuteReasons.Caller, "muted by you: m unmutes", "m unmute")]
    [InlineData(MuteReasons.None, "listening", "m mute")]
    public void The_mute_and_its_key_are_shown(MuteReasons reasons, string state, string key)
    {
        var seen = LiveCall.Seen(LiveCall.Begun.WithMute(reasons), 80, 24);

        Assert.Contains(state, seen, StringComparison.Ordinal);
        Assert.Contains(key, seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_fades_when_no_frame_comes_any_more()
    {
        var view = LiveCall.Begun.WithLevel(0.1, LiveCall.Now - TimeSpan.FromSeconds(1));

        Assert.DoesNotContain("-20 dB", LiveCall.Seen(view, 80, 24), StringComparison.Ordinal);
        Assert.Contains("-20 dB", LiveCall.Seen(view.WithLevel(0.1, LiveCall.Now), 80, 24), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_that_is_lost_is_seen_and_so_is_the_next()
    {
        var lost = LiveCall.Begun.With(new Notice(NoticeLevel.Warning, "disconnected", "It broke."), LiveCall.Now);
        Assert.Contains("○ reconnecting", LiveCall.Seen(lost, 80, 24), StringComparison.Ordinal);

        var back = lost.With(new Notice(NoticeLevel.Info, "reconnected", "Reconnected."), LiveCall.Now);
        Assert.Contains("● connected  1 reconnected", LiveCall.Seen(back, 80, 24), StringComparison.Ordinal);
        Assert.Contains("○ connecting", LiveCall.Seen(new LiveView(TimeSpan.Zero), 80, 24), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_explains_the_keys_and_an_end_that_is_near_says_so()
    {
        Assert.Contains("mute or unmute the microphone", LiveCall.Seen(LiveCall.Begun with { ShowsHelp = true }, 80, 24),
            StringComparison.Ordinal);
        var ending = LiveCall.Seen(LiveCall.Begun with { IsEnding = true }, 80, 24);
        Assert.Contains("■ ending", ending, StringComparison.Ordinal);
        Assert.Contains("Ctrl-C ends at once", ending, StringComparison.Ordinal);
        Assert.Contains("Enter end of turn", LiveCall.Seen(LiveCall.Begun with { IsPushToTalk = true }, 80, 24), StringComparison.Ordinal);
    }

    private static IEnumerable<LiveView> Views() =>
        [new(TimeSpan.Zero), LiveCall.InTheMiddle, LiveCall.InTheMiddle with { ShowsHelp = true }, .. Hostile.Select(Talked)];

    // The text comes from everywhere at once.
    private static LiveView Talked(string text) => LiveCall.Begun
        .With(new SessionStarted("s", text, text, text, text, text, text, DateTimeOffset.UnixEpoch), LiveCall.Now)
        .With(LiveCall.Turn(1, text, "x " + text, Verdict.Conflict, flags: ["phantom", "asr_phantom"]), LiveCall.Now)
        .With(LiveCall.Turn(2, null, text), LiveCall.Now)
        .With(LiveCall.Answer(1, text, text), LiveCall.Now)
        .With(LiveCall.Answer(null, text), LiveCall.Now)
        .With(new Notice(NoticeLevel.Error, text, text), LiveCall.Now)
        .With(new ToolCalled("s", text, 1, text, ResultStatus.Completed, null, text, null, text), LiveCall.Now)
        .WithDevice(text)
        .WithWords(new ResponseId(text), text);

    private static void AssertWhole(LiveView view, int width, int height)
    {
        var frame = LiveLayout.Draw(view, width, height, LiveCall.Now);
        Assert.Equal(Math.Max(0, height), frame.Height);
        for (var line = 0; line < frame.Height; line++)
        {
            var end = 0;
            foreach (var piece in frame[line])
            {
                Assert.True(piece.Column >= end, $"{width} x {height}, line {line}: two pieces overlap at {piece.Column}");
                end = piece.End;
            }
            Assert.True(end <= width, $"{width} x {height}, line {line}: {end} cells");
        }
    }

    private static string Flat(string seen) => Frames().Replace(seen, " ");

    [GeneratedRegex(@"\e\[[0-9;]*[mG]")]
    private static partial Regex Own();

    [GeneratedRegex(@"\e\[([0-9]+;)*(3[0-7]|4[0-7]|9[0-7]|38|48)[;m]")]
    private static partial Regex Color();

    [GeneratedRegex(@"[\s│]+")]
    private static partial Regex Frames();
}
