using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Hosting.Logging;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using Serilog.Events;

namespace RealtimeAkka.Pure.Tests.Logging;

public class TurnStoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 8, 45, 0, TimeSpan.Zero);
    private static readonly ItemId Item = new("item_1"), Other = new("item_2");
    private static readonly ResponseId Response = new("resp_1"), Out = new("resp_2");

    private static readonly LogEntry[] Entries =
    [
        Entry(0, "turns", TurnLog.SpeechBegan(Other), item: Other),
        Entry(100, "turns", TurnLog.SpeechBegan(Item), item: Item),
        Entry(1300, "turns", TurnLog.SpeechEnded(Item), item: Item),
        Entry(1301, "turns", TurnLog.Committed(new(3), Item), 3, Item),
        Entry(1302, "outofband", TurnLog.Requested(3, "transcription", default), 3) with { Values = ("transcription", null, null) },
        Entry(1320, "turns", TurnLog.AnswerBegan(Response, 2), 2, response: Response),
        Entry(1400, "outofband", TurnLog.Begun(3, "transcription", Out), 3, response: Out) with { Values = ("transcription", null, null) },
        Entry(1500, "turns", TurnLog.AnswerSounds(Response), response: Response),
        Entry(1600, "turns", TurnLog.AsrArrived(Item, ResultStatus.Completed), item: Item),
        Entry(1700, "ledger", TurnLog.ResponseCharged(Out, 0.004m), response: Out) with { Values = (null, null, 0.004m) },
        Entry(1701, "outofband", TurnLog.Ended(new(3), "transcription", ResultStatus.Completed, Out, 400), 3, response: Out)
            with { Values = ("transcription", 400, null) },
        Entry(1702, "turns", TurnLog.Joined(3, Item, default, default), 3, Item),
        Entry(3500, "playback", TurnLog.Played(Response, default), response: Response) with { Values = (null, 2000, null) },
        Entry(3501, "turns", TurnLog.Answered(Response, 3, "completed", 2000), 3, response: Response),
    ];

    [Fact]
    public void A_turn_has_what_names_it_its_items_and_its_responses_in_ms_since_it_began()
    {
        var story = new TurnStory(3);
        foreach (var entry in Entries) story.Learn(entry);
        var shown = Entries.SelectMany(story.Take).Select(story.Show).ToList();

        Assert.Equal(Entries.Length - 1, shown.Count);
        Assert.StartsWith("      0 DBG turns     Speech begins", shown[0], StringComparison.Ordinal);
        Assert.StartsWith("   1220 DBG turns     ", shown[4], StringComparison.Ordinal); // it was taken for the answer to turn 2
        Assert.StartsWith("   3401 INF turns     ", shown[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void While_a_session_runs_the_first_entries_wait_until_the_turn_has_a_number()
    {
        var story = new TurnStory(3);
        Assert.Empty(story.Take(Entries[1]));
        Assert.Empty(story.Take(Entries[2]));
        Assert.Equal(Entries[1..4], story.Take(Entries[3]));
    }

    [Fact]
    public void Where_the_time_went_is_said_at_the_end()
    {
        var story = new TurnStory(3);
        foreach (var entry in Entries) story.Learn(entry);
        foreach (var entry in Entries) story.Take(entry);
        var lines = story.Timing.Lines().ToList();

        Assert.Equal("Where the time went: 3400 ms until the answer was heard, $0.004000", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("speech and silence after it     0  1200  1200  ####", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ASR transcript               1201  1500   299  ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("out of band: server writes   1300  1601   301  ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("answer is heard              1400  3400  2000  ", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public void Long_ids_are_shortened_and_others_are_not()
    {
        var story = new TurnStory(1);
        var entry = new LogEntry(Start, LogEventLevel.Debug, "socket/$a", "item_CQqIV0HaSD6HRTmXUKD7e and item_1", 1, null);
        story.Take(entry);
        Assert.Equal("      0 DBG socket    item_...KD7e and item_1", story.Show(entry));
    }

    [Fact]
    public void A_log_is_searched_by_time_and_text()
    {
        var filter = new LogFilter(null, null, null, LogEventLevel.Verbose) { Since = Start.AddMilliseconds(1300), Text = "asr" };
        Assert.Equal([Entries[8], Entries[11]], Entries.Where(filter.Admits));
    }

    private static LogEntry Entry(
        int ms, string actor, LogLine line, int? turn = null, ItemId? item = null, ResponseId? response = null) =>
        new(
        Start.AddMilliseconds(ms), line.Level == LineLevel.Debug ? LogEventLevel.Debug : LogEventLevel.Information, actor, line.Template,
        turn, item?.Value) { Response = response?.Value, Template = line.Template };
}
