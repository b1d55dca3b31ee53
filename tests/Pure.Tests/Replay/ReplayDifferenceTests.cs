using System.Text.Json;
using RealtimeAkka.Hosting.Replay;

namespace RealtimeAkka.Pure.Tests.Replay;

public class ReplayDifferenceTests
{
    private const string Turn = """
        {"type":"turn","session":"s-1","turn":3,"item_id":"i3","flags":["loop"],"verdict":"agreed","words":"Hello.",
        "oob":{"status":"completed","latency_ms":300,"cost_usd":0.003100},"entities":[{"kind":"name"}],"started_ms":null}
        """;

    private const string Answer = """{"type":"assistant","session":"s-1","turn":3,"response_id":"r9","text":"Hi.","heard_ms":800}""";

    [Fact]
    public void Equal_records_have_no_difference_whatever_their_order_and_the_name_of_the_folder() =>
        Assert.Empty(Of([Turn, Answer], [Answer, Turn.Replace("s-1", "copy", StringComparison.Ordinal)]));

    [Fact]
    public void A_record_is_one_line_with_each_field_that_differs()
    {
        var now = Turn.Replace("\"agreed\"", "\"conflict\"", StringComparison.Ordinal)
            .Replace("[\"loop\"]", "[\"asr_loop\"]", StringComparison.Ordinal)
            .Replace("0.003100", "0.002900", StringComparison.Ordinal).Replace("Hello.", "Hallo.", StringComparison.Ordinal)
            .Replace("name", "code", StringComparison.Ordinal);
        Assert.Equal(
            """
            turn 3: flags + asr_loop - loop; verdict agreed -> conflict; words "Hello." -> "Hallo.";
             oob.cost_usd $0.003100 -> $0.002900; entities [{"kind":"name"}] -> [{"kind":"code"}]
            """.ReplaceLineEndings(""), Assert.Single(Of([Turn], [now])));
    }

    [Theory]
    [InlineData("301", 1, "")]
    [InlineData("302", 1, "turn 3: oob.latency_ms 300 -> 302")]
    [InlineData("null", 1000, "turn 3: oob.latency_ms 300 -> null")]
    public void Only_times_have_a_tolerance(string latency, int tolerance, string expected) =>
        Assert.Equal(expected, string.Join('\n', Of([Turn], [Turn.Replace("300,", $"{latency},", StringComparison.Ordinal)], tolerance)));

    [Theory]
    [InlineData(2, "")]
    [InlineData(1, "summary: duration_ms 1000 -> 1004")]
    public void Times_of_the_summary_are_sums_and_have_the_tolerance_for_each_turn(int tolerance, string expected)
    {
        const string summary = """{"type":"summary","turns":2,"duration_ms":1000}""";
        Assert.Equal(
            expected, string.Join('\n', Of([summary], [summary.Replace("1000", "1004", StringComparison.Ordinal)], tolerance)));
    }

    [Fact]
    public void A_record_of_one_side_only_is_named_by_its_ids() =>
        Assert.Equal(["turn 3: only in the recording", "turn 3, answer r9: only in the replay"], Of([Turn], [Answer]));

    [Fact]
    public void Records_of_the_same_name_are_compared_one_by_one()
    {
        const string heard = """{"type":"hearing","turn":1,"words":"a"}""";
        Assert.Equal(
            ["""turn 1, hearing (2): words "a" -> "b" """.TrimEnd()],
            Of([heard, heard], [heard, heard.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Words_of_the_recording_cannot_act_on_a_terminal() =>
        Assert.DoesNotContain('\e', Assert.Single(Of([Turn], [Turn.Replace("Hello.", "\\u001b[2J", StringComparison.Ordinal)])));

    [Fact]
    public void What_only_says_where_a_session_ran_or_what_people_were_told_is_not_compared() =>
        Assert.Empty(Of(["""{"type":"session","url":"a"}""", """{"type":"notice","code":"a"}"""], []));

    private static IReadOnlyList<string> Of(string[] recorded, string[] replayed, int tolerance = 1) =>
        ReplayDifference.Of(recorded.Select(line => JsonElement.Parse(line)), replayed.Select(line => JsonElement.Parse(line)), tolerance);
}
