using RealtimeAkka.Lab;

namespace RealtimeAkka.Pure.Tests.Lab;

/// <summary>Where the turns of a recording are. A character is a window of 20 ms: # is speech, . is quiet.</summary>
public sealed class TurnCutterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("..........", "")]
    [InlineData("..##..##..", "")] // clicks
    [InlineData("..#####...........", "1-10")] // one window of padding, three of silence
    [InlineData("#####", "0-5")]
    [InlineData("..####..####......", "1-15")] // a pause of two windows ends no turn
    [InlineData("..####.....####.....", "1-9 10-18")]
    [InlineData("..####....####.....", "1-9 9-17")] // the padding is not taken from the turn before
    [InlineData("..####.....####", "1-9 10-15")]
    public void Speech_between_pauses_is_a_turn(string recording, string expected) => Assert.Equal(expected, Cut(recording, pause: 4));

    [Fact]
    public void A_longer_pause_may_be_asked_for_without_a_longer_turn() => Assert.Equal("1-19", Cut("..####......####......", pause: 8));

    [Theory]
    [InlineData(0.5, 0.011, 1)]
    [InlineData(0.5, 0.009, 0)]
    [InlineData(1, 0.09, 0)]
    [InlineData(0, 0.0011, 1)]
    public void The_threshold_is_that_of_the_server(double threshold, double rms, int turns)
    {
        var cutter = new TurnCutter(threshold, 4, 3, 1);
        for (var i = 0; i < 10; i++) cutter.Add(rms);
        Assert.Equal(turns, cutter.Finish(10 * TurnCutter.Window).Length);
    }

    private static string Cut(string recording, int pause)
    {
        const int Window = TurnCutter.Window;
        var cutter = new TurnCutter(0.5, pause * Window, 3 * Window, Window);
        foreach (var window in recording) cutter.Add(window == '#' ? 0.1 : 0.001);
        return string.Join(' ', cutter.Finish(recording.Length * Window).Select(turn => $"{turn.From / Window}-{turn.To / Window}"));
    }
}
