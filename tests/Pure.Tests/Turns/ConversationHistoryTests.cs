using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Turns;

public class ConversationHistoryTests
{
    [Fact]
    public void It_is_told_in_order_however_late_an_answer_was_heard_and_the_models_words_count_first()
    {
        var history = new ConversationHistory().With(Turn(1, "Hello.", "hello")).With(Turn(2, null, "my name is Jo"))
            .With(Answer(1, "Hi, who are you?")).With(Answer(2, "Welcome, Jo."));

        Assert.Equal(["user: Hello.", "assistant: Hi, who are you?", "user: my name is Jo", "assistant: Welcome, Jo."], Told(history));
    }

    [Fact]
    public void A_turn_told_again_takes_the_place_of_what_was_told_before()
    {
        var history = new ConversationHistory().With(Turn(1, null, "won")).With(Answer(1, "Two.")).With(Turn(1, "One.", "won"));

        Assert.Equal(["user: One.", "assistant: Two."], Told(history));
    }

    [Fact]
    public void What_has_no_words_or_was_not_heard_is_not_told()
    {
        var history = new ConversationHistory().With(Turn(1, null, null)).With(Answer(1, "Nobody hears this.", heardMs: 0))
            .With(Answer(1, "")).With(Answer(null, "Good morning."));

        Assert.Equal(["assistant: Good morning."], Told(history));
    }

    [Fact]
    public void Of_an_answer_that_was_cut_off_the_words_that_were_heard_are_told_with_a_mark()
    {
        var history = new ConversationHistory().With(Answer(1, "One two three.") with { HeardText = "One" })
            .With(Answer(2, "Four five six.") with { HeardText = "" });

        Assert.Equal(["assistant: One [interrupted]"], Told(history));
    }

    [Fact]
    public void Of_a_long_conversation_the_last_part_is_told()
    {
        var history = new ConversationHistory();
        for (var i = 1; i <= 500; i++) history = history.With(Turn(i, $"turn {i}", null));
        Assert.Equal(100, history.Items.Count());
        Assert.Equal("user: turn 500", Told(history)[^1]);

        for (var i = 501; i <= 520; i++) history = history.With(Turn(i, new string('a', 4_000), null));
        Assert.Equal(10, history.Items.Count());

        history = history.With(Turn(521, new string('b', 100_000), null));
        Assert.Equal(10, history.Items.Count());
    }

    [Fact]
    public void A_long_text_is_shortened_in_the_middle_and_pushes_no_other_turn_out()
    {
        var history = new ConversationHistory().With(Turn(1, "My name is Ann.", null))
            .With(Turn(2, string.Concat(Enumerable.Repeat("begin ", 5_000).Concat(Enumerable.Repeat("😀", 5_000)).Append("end")), null))
            .With(Answer(2, new string('a', 60_000)));

        var told = Told(history);
        Assert.Equal("user: My name is Ann.", told[0]);
        Assert.StartsWith("user: begin ", told[1], StringComparison.Ordinal);
        Assert.EndsWith("😀end", told[1], StringComparison.Ordinal);
        Assert.All(told, line => Assert.InRange(line.Length, 1, 4_020));
        Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(told[1])));
    }

    [Fact]
    public void Each_connection_is_seeded_with_all_items_and_no_event_id_is_used_twice()
    {
        var history = new ConversationHistory().With(Turn(1, "Hello.", null)).With(Answer(1, "Good day."));
        var (after, first) = history.Seed();
        var (_, second) = after.With(Turn(2, "Bye.", null)).Seed();

        Assert.Equal([("turn_seed_1", "Hello."), ("turn_seed_2", "Good day.")],
            first.Select(e => (e.EventId!.Value.Value, e.Item.Content![0].Text)));
        Assert.Equal(["turn_seed_3", "turn_seed_4", "turn_seed_5"], second.Select(e => e.EventId!.Value.Value));
    }

    private static TurnJoined Turn(int number, string? oob, string? asr) => new(
        "s", number, new ItemId($"i{number}"), "vad", null, null,
        new OutOfBandTranscript(oob is null ? ResultStatus.Failed : ResultStatus.Completed, oob, null, "full", 1, null, null, null, null),
        new AsrTranscript(asr is null ? ResultStatus.Failed : ResultStatus.Completed, asr, "asr", null, null, null, null), null, []);

    private static AssistantReplied Answer(int? turn, string text, long heardMs = 100) =>
        new("s", new ResponseId("r"), turn, null, "completed", text, heardMs, null, null, null);

    private static List<string> Told(ConversationHistory history) =>
        [.. history.Items.Select(item => $"{item.Role}: {item.Content![0].Text}")];
}
