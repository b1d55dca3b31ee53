using RealtimeAkka.Actors.Turns;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Turns;

public class TurnJoinTests
{
    [Fact]
    public void Speech_that_is_never_committed_holds_up_nothing_for_long()
    {
        var story = new TurnStory().At(1).Hears(Started("i1", 500), Stopped("i1", 900));
        Assert.True(story.Join.IsSpeaking);
        Assert.Equal(Seconds(6), story.Join.NextDue(Seconds(1)));

        story.At(6).Decides().Needs(500); // the commit may be lost with the connection
        Assert.Equal((false, false), (story.Join.IsSpeaking, story.Join.IsMidway));
        Assert.Null(story.Join.NextDue(Seconds(6)));

        story.Hears(Started("i1", 500), Committed("i1")).Transcribed("i1", "Hello.").Hears(Asr("i1", "hello"));
        Assert.Equal(("vad", 500, 900), (story.Records[0].Source, story.Records[0].AudioStartMs, story.Records[0].AudioEndMs));
    }

    [Fact]
    public void Speech_whose_end_is_lost_is_over_when_the_caller_begins_anew_or_after_long()
    {
        var story = new TurnStory().At(1).Hears(Started("i1", 500)).At(100).Hears(Started("i2", 99_000)).At(105);
        story.Hears(Stopped("i2", 100_000), Committed("i2"));
        Assert.False(story.Join.IsSpeaking);
        story.Needs(99_000).Hears(Started("i3", 110_000)).At(224);
        Assert.True(story.Join.IsSpeaking);
        story.At(225);
        Assert.False(story.Join.IsSpeaking);
    }

    [Fact]
    public void Thousands_of_coughs_leave_room_for_speech()
    {
        var story = new TurnStory();
        for (var n = 1; n <= 1000; n++) story.At(n * 10).Hears(Started($"c{n}", n * 10_000), Stopped($"c{n}", n * 10_000 + 100)).At(n * 10 + 6);
        story.Hears(Started("i1", 20_000_000));
        Assert.True(story.Join.IsSpeaking);
    }

    [Fact]
    [Trait("Cookbook", "1")]
    public void A_turn_is_asked_about_when_it_is_committed_and_told_when_both_transcripts_are_known() =>
        new TurnStory()
            .Hears(Started("i1", 1200), Stopped("i1", 3400)).Decides()
            .Hears(Committed("i1")).Decides("ask 1 i1")
            .Hears(Added("i1"), ItemDone("i1")).Decides()
            .Transcribed("i1", "Hello.").Decides()
            .Hears(Asr("i1", "Hello")).Decides("tell 1 i1: Hello. | Hello");

    [Fact]
    public void A_record_says_where_the_speech_lay_how_long_each_took_and_how_they_differ()
    {
        var story = new TurnStory().Hears(Started("i1", 1200), Stopped("i1", 3400)).At(2).Hears(Committed("i1"))
            .At(2.3).Hears(
            Asr("i1", " Hello \n", """{"type":"tokens","input_tokens":16,"output_tokens":3,"input_token_details":{"audio_tokens":16}}"""))
            .At(2.412).Transcribed("i1", "Hello there.");

        var turn = Assert.IsType<TurnJoined>(Assert.Single(story.Records));
        Assert.Equal(("s-1", 1, "i1", "vad", 1200, 3400),
            (turn.Session, turn.Turn, turn.ItemId.Value, turn.Source, turn.AudioStartMs, turn.AudioEndMs));
        Assert.Equal((412, 300), (turn.Oob.LatencyMs, turn.Asr.LatencyMs));
        Assert.Equal(("Hello", "gpt-4o-transcribe", 0.000126m), (turn.Asr.Text, turn.Asr.Model, turn.Asr.CostUsd));
        Assert.Equal((0.5, 0, 0, 1), (turn.Agreement!.Wer, turn.Agreement.Substitutions, turn.Agreement.Insertions, turn.Agreement.Deletions));
        Assert.Equal(0.001m, turn.Oob.CostUsd);
        Assert.Empty(turn.Flags);
    }

    public static TheoryData<int> Orders => new(Enumerable.Range(0, 6));

    [Theory]
    [MemberData(nameof(Orders))]
    [Trait("Cookbook", "2")]
    [Trait("Cookbook", "3")]
    public void In_whatever_order_the_transcripts_of_three_turns_come_each_turn_gets_its_own_and_they_are_told_in_order(int first)
    {
        // 720 orders in six test cases, by the first of the six transcripts.
        foreach (var order in Permutations([.. Enumerable.Range(0, 6)]).Where(order => order[0] == first))
        {
            var story = new TurnStory().Hears(Committed("i1"), Committed("i2"), Committed("i3"));
            foreach (var witness in order)
            {
                var item = $"i{witness / 2 + 1}";
                if (witness % 2 == 0) story.Transcribed(item, $"model {item}");
                else story.Hears(Asr(item, $"asr {item}"));
                AssertNothingJoinedWaits(story, order, witness);
            }
            story.Decides("ask 1 i1", "ask 2 i2", "ask 3 i3", "tell 1 i1: model i1 | asr i1", "tell 2 i2: model i2 | asr i2",
                "tell 3 i3: model i3 | asr i3");
        }
    }

    [Theory]
    [InlineData("f1 a2 a3 o1 o2 o3")]
    [InlineData("o3 a3 o2 a2 o1 f1")]
    [InlineData("a2 o1 f1 o3 o2 a3")]
    [Trait("Cookbook", "4")]
    public void A_transcript_that_failed_stays_with_its_own_turn(string order)
    {
        var story = new TurnStory().Hears(Committed("i1"), Committed("i2"), Committed("i3")).Decides("ask 1 i1", "ask 2 i2", "ask 3 i3");
        foreach (var word in order.Split(' '))
        {
            var item = $"i{word[1]}";
            if (word[0] == 'o') story.Transcribed(item, item);
            else story.Hears(word[0] == 'f' ? AsrFailed(item, "audio_unintelligible") : Asr(item, item));
        }
        story.Decides("tell 1 i1: i1 | <Failed audio_unintelligible>", "tell 2 i2: i2 | i2", "tell 3 i3: i3 | i3");
        Assert.Null(story.Records[0].Agreement);
        Assert.NotNull(story.Records[1].Agreement);
    }

    [Fact]
    [Trait("Cookbook", "5")]
    public void An_empty_built_in_transcript_is_a_result_and_its_cost_stays_with_its_item()
    {
        var story = new TurnStory().Hears(Committed("i1"), Committed("i2"), Asr("i2", "two"))
            .Hears(Asr("i1", " ", """{"type":"tokens","input_tokens":10,"output_tokens":1,"input_token_details":{"audio_tokens":10}}"""))
            .Transcribed("i2", "two").Transcribed("i1", null, ResultStatus.Empty)
            .Decides("ask 1 i1", "ask 2 i2", "tell 1 i1: <Empty> | <Empty>", "tell 2 i2: two | two");
        Assert.Equal([0.00007m, null], story.Records.Select(r => r.Asr.CostUsd));
    }

    [Theory]
    [InlineData(ResultStatus.Incomplete, "max_output_tokens")]
    [InlineData(ResultStatus.Failed, "server_error")]
    [InlineData(ResultStatus.Cancelled, "client_cancelled")]
    [Trait("Cookbook", "7")]
    public void Partial_text_is_shown_with_its_status_and_flagged(ResultStatus status, string reason)
    {
        var story = new TurnStory().Hears(Committed("i1"), Asr("i1", "hello there")).Transcribed("i1", "hello", status, reason);
        story.Decides("ask 1 i1", $"tell 1 i1: <{status} {reason}>hello | hello there");
        Assert.Equal(["partial_text"], story.Records[0].Flags);
        Assert.Null(story.Records[0].Agreement);
    }

    [Fact]
    public void A_failure_without_text_has_nothing_to_flag() =>
        Assert.Empty(new TurnStory().Hears(Committed("i1"), Asr("i1", "x"))
        .Transcribed("i1", null, ResultStatus.Failed, "x").Records[0].Flags);

    [Fact]
    [Trait("Cookbook", "8")]
    public void A_silent_item_of_the_idle_timer_is_a_turn_without_transcripts_and_shifts_nobody()
    {
        var story = new TurnStory()
            .Hears(Committed("i1"), TimedOut("i2", 5000, 11_000), Committed("i2"), Started("i3"), Stopped("i3", 12_500), Committed("i3"))
            .Hears(Asr("i2", "never asked"), Asr("i3", "three"), Asr("i1", "one")).Transcribed("i3", "three").Transcribed("i1", "one")
            .Decides("ask 1 i1", "ask 3 i3", "tell 1 i1: one | one", "tell 2 i2: <Disabled> | <Disabled>", "tell 3 i3: three | three");
        Assert.Equal(["manual", "idle", "vad"], story.Records.Select(r => r.Source));
        Assert.Equal((5000, 11_000), (story.Records[1].AudioStartMs, story.Records[1].AudioEndMs));
        Assert.Equal((0m, 0m), (story.Records[1].Oob.CostUsd, story.Records[1].Asr.CostUsd));
    }

    [Fact]
    [Trait("Cookbook", "16")]
    public void A_manual_turn_is_transcribed_like_any_other()
    {
        var story = new TurnStory().Hears(Committed("i1")).Transcribed("i1", "push").Hears(Asr("i1", "push"))
            .Decides("ask 1 i1", "tell 1 i1: push | push");
        Assert.Equal(("manual", null, null), (story.Records[0].Source, story.Records[0].AudioStartMs, story.Records[0].AudioEndMs));
    }

    [Fact]
    [Trait("Cookbook", "9")]
    public void Speech_that_begins_before_the_last_item_is_added_opens_its_own_turn() =>
        new TurnStory().Hears(Started("i1"), Stopped("i1", 10), Committed("i1"), Started("i2"), Added("i1"), Stopped("i2", 20),
        Committed("i2"), Added("i2")).Decides("ask 1 i1", "ask 2 i2");

    [Fact]
    [Trait("Cookbook", "17")]
    public void How_an_items_completion_is_announced_does_not_matter() =>
        new TurnStory().Hears(Committed("i1"), Added("i1"), Added("i1"), ItemDone("i1"), ItemDone("i1")).Decides("ask 1 i1");

    [Fact]
    [Trait("Cookbook", "17")]
    public void An_item_of_speech_is_a_turn_even_if_nobody_says_that_it_is_committed()
    {
        new TurnStory().Hears(Spoken("i1")).Decides("ask 1 i1").Hears(Committed("i1"), Spoken("i1")).Decides();
        new TurnStory().Hears(new ItemDone(Spoken("i1").Item)).Decides("ask 1 i1");
        new TurnStory().Hears(Added("i1"), Added("i2", "assistant")).Decides(); // without audio: text created by the client, or an answer
    }

    [Fact]
    public void Repeats_and_strangers_change_nothing()
    {
        var story = new TurnStory()
            .Hears(Committed("i1"), Committed("i1")).Transcribed("i1", "one").Transcribed("i1", "other").Transcribed("nobody", "x")
            .Hears(Asr("i1", "one"), Asr("i1", "other"), AsrFailed("i1", "late"), Committed("i1"), Started("i1"), Stopped("nobody", 7),
            Stopped("i1", 7), AsrFailed("i1", "x"))
            .Transcribed("i1", "again").At(100)
            .Decides("ask 1 i1", "tell 1 i1: one | one");
        Assert.False(story.Join.IsSpeaking);
        Assert.Equal(1, story.Join.JoinedTurns);
    }

    [Fact]
    public void Speech_that_is_announced_again_holds_no_sound_back_that_was_told()
    {
        new TurnStory().Hears(Started("i1", 100), Stopped("i1", 700), Started("i1", 100), Committed("i1"), Asr("i1", "one"))
            .Transcribed("i1", "one").Needs(700, quiet: true);
        var idle = new TurnStory().Hears(TimedOut("i1", 100, 700), Committed("i1"), TimedOut("i1", 100, 700)).Needs(700, quiet: true);
        Assert.False(idle.Join.IsSpeaking);
    }

    [Fact]
    public void A_built_in_transcript_may_come_before_its_item_is_committed() =>
        new TurnStory().Hears(Started("i1"), Asr("i1", "early"), Committed("i1")).Transcribed("i1", "early")
        .Decides("ask 1 i1", "tell 1 i1: early | early");

    [Fact]
    public void A_built_in_transcript_that_never_comes_times_out_and_is_told_with_the_turn() =>
        new TurnStory().At(1).Hears(Committed("i1")).Transcribed("i1", "one").At(15.9).Decides("ask 1 i1").At(16)
        .Decides("tell 1 i1: one | <TimedOut after 15 s>").At(99).Decides();

    [Fact]
    public void A_built_in_transcript_that_is_late_while_the_turn_still_waits_for_the_other_is_told_with_it() =>
        new TurnStory().Hears(Committed("i1")).At(15).Hears(Asr("i1", "one")).Transcribed("i1", "one")
        .Decides("ask 1 i1", "tell 1 i1: one | one");

    [Fact]
    public void What_comes_after_the_time_out_is_an_amendment_once()
    {
        var story = new TurnStory().Hears(Committed("i1")).Transcribed("i1", "one").At(15)
            .Decides("ask 1 i1", "tell 1 i1: one | <TimedOut after 15 s>")
            .At(17).Hears(Asr("i1", "one")).Decides("amend 1 i1: one | one").Hears(Asr("i1", "two")).Decides();
        Assert.IsType<TurnAmended>(story.Records[1]);
        Assert.Equal(17_000, story.Records[1].Asr.LatencyMs);
    }

    [Fact]
    public void A_late_out_of_band_result_amends_what_was_told_as_timed_out() =>
        new TurnStory().Hears(Committed("i1"), Asr("i1", "one")).Transcribed("i1", null, ResultStatus.TimedOut, "after 15 s")
            .Decides("ask 1 i1", "tell 1 i1: <TimedOut after 15 s> | one")
            .Transcribed("i1", null, ResultStatus.TimedOut).Decides()
            .Transcribed("i1", "one").Decides("amend 1 i1: one | one")
            .Transcribed("i1", "two").Decides();

    [Fact]
    public void A_joined_turn_waits_for_an_older_one_until_that_ones_time_out() =>
        new TurnStory().Hears(Committed("i1")).Transcribed("i1", "one").At(1).Hears(Committed("i2"), Asr("i2", "two"))
        .Transcribed("i2", "two").Decides("ask 1 i1", "ask 2 i2")
            .At(15).Decides("tell 1 i1: one | <TimedOut after 15 s>", "tell 2 i2: two | two");

    [Fact]
    public void With_ASR_off_a_turn_is_told_by_the_model_alone()
    {
        var story = new TurnStory(TurnStory.Settings with { AsrModel = null }, Shipped.Prices).Hears(Committed("i1"))
            .Transcribed("i1", "one").Decides("ask 1 i1", "tell 1 i1: one | <Disabled>");
        Assert.Equal((null, 0m), (story.Records[0].Asr.Model, story.Records[0].Asr.CostUsd));
        Assert.Null(story.Join.NextDue(default));
    }

    [Fact]
    public void With_transcription_off_a_turn_is_told_by_ASR_alone_and_nobody_is_asked() =>
        new TurnStory(TurnStory.Settings with { Transcribe = false }, Shipped.Prices).Hears(Committed("i1"), Asr("i1", "one"))
        .Decides("tell 1 i1: <Disabled> | one");

    [Fact]
    public void Both_off_a_turn_is_told_as_it_is_committed() =>
        new TurnStory(TurnStory.Settings with { Transcribe = false, AsrModel = null }, Shipped.Prices).Hears(Committed("i1"))
        .Decides("tell 1 i1: <Disabled> | <Disabled>");

    [Fact]
    public void What_is_being_spoken_when_the_connection_is_gone_for_good_is_a_turn_without_words_behind_those_that_are_open()
    {
        var story = new TurnStory().Hears(Committed("i1"), Started("i2", 4000)).Decides("ask 1 i1").IsLost().Decides()
            .Transcribed("i1", null, ResultStatus.Failed, "connection_lost")
            .Decides(
                "tell 1 i1: <Failed connection_lost> | <Failed connection_lost>",
                "tell 2 i2: <Failed connection_lost> | <Failed connection_lost>");

        Assert.Equal(["not_committed"], story.Records[1].Flags);
        Assert.Equal((4000, 0m, 0m), (story.Records[1].AudioStartMs, story.Records[1].Oob.CostUsd, story.Records[1].Asr.CostUsd));
        Assert.Empty(story.Records[0].Flags);
    }

    [Fact]
    public void An_item_of_silence_that_was_never_committed_is_no_turn() =>
        new TurnStory().Hears(TimedOut("i1", 0, 5000)).IsLost().Decides();

    [Fact]
    [Trait("Cookbook", "19")]
    public void When_the_connection_is_lost_the_built_in_transcripts_are_lost_and_the_turns_are_told()
    {
        var story = new TurnStory().Hears(Committed("i1"), Asr("i1", "one"), Committed("i2"), Started("i3")).Transcribed("i2", "two")
            .Disconnects().Decides("ask 1 i1", "ask 2 i2")
            .Transcribed("i1", null, ResultStatus.Failed, "connection_lost")
            .Decides("tell 1 i1: <Failed connection_lost> | one", "tell 2 i2: two | <Failed connection_lost>");
        Assert.False(story.Join.IsSpeaking);
        Assert.Equal((0, 2), (story.Join.OpenTurns, story.Join.JoinedTurns));
    }

    [Fact]
    public void A_transcription_that_heard_audio_and_reported_none_is_flagged()
    {
        const string NoAudio = """{"input_tokens":1809,"output_tokens":7,"input_token_details":{"text_tokens":1809,"audio_tokens":0}}""";
        var story = new TurnStory().Hears(Started("i1", 1000), Stopped("i1", 2400), Committed("i1"), Asr("i1", "one"))
            .Transcribed("i1", "one", usage: NoAudio)
            .Decides("ask 1 i1", "tell 1 i1: one | one");
        Assert.Equal(["usage_without_audio"], story.Records[0].Flags);

        var late = new TurnStory().Hears(Committed("i1"), Asr("i1", "one")).Transcribed("i1", null, ResultStatus.TimedOut)
            .Transcribed("i1", "one", usage: NoAudio);
        Assert.Empty(late.Records[0].Flags);
        Assert.Equal(["usage_without_audio"], late.Records[1].Flags);
        Assert.Equal(["usage_without_audio"],
            new TurnStory().Hears(Committed("i1"), Asr("i1", "one"))
            .Transcribed("i1", null, ResultStatus.Empty, usage: NoAudio).Records[0].Flags);
    }

    [Fact]
    public void A_transcription_that_reported_its_audio_or_nothing_at_all_is_not_flagged()
    {
        Assert.Empty(new TurnStory().Hears(Committed("i1"), Asr("i1", "x"))
            .Transcribed("i1", "x", usage: """{"input_tokens":9,"input_token_details":{"audio_tokens":1}}""").Records[0].Flags);
        Assert.Empty(new TurnStory().Hears(Committed("i1"), Asr("i1", "x")).Transcribed("i1", "x").Records[0].Flags);
        // It failed before it processed any audio.
        Assert.Empty(new TurnStory().Hears(Committed("i1"), Asr("i1", "x"))
            .Transcribed("i1", null, ResultStatus.Failed, usage: """{"input_tokens":0,"output_tokens":0}""").Records[0].Flags);
    }

    [Fact]
    [Trait("Cookbook", "11")]
    public void The_cost_of_a_model_without_a_price_is_unknown_and_not_zero() =>
        Assert.Null(new TurnStory(TurnStory.Settings with { AsrModel = "new-asr" }, Shipped.Prices).Hears(
        Committed("i1"), Asr("i1", "x", """{"type":"duration","seconds":2}""")).Transcribed("i1", "x").Records[0].Asr.CostUsd);

    [Fact]
    public void The_next_moment_to_look_is_the_oldest_open_turns_and_never_in_the_past()
    {
        var story = new TurnStory();
        Assert.Null(story.Join.NextDue(default));
        story.At(1).Hears(Committed("i1")).At(3).Hears(Committed("i2"));
        Assert.Equal(Seconds(16), story.Join.NextDue(Seconds(3)));
        Assert.Equal(Seconds(18), story.Join.NextDue(Seconds(16)));
        Assert.Null(story.Join.NextDue(Seconds(18)));
    }

    [Fact]
    public void The_number_of_an_item_is_known_as_long_as_it_may_matter()
    {
        var story = new TurnStory();
        Assert.Null(story.Join.Newest);
        story.Hears(Committed("i1"), Committed("i2"));
        Assert.Equal(2, story.Join.Newest?.Value);
        Assert.Equal(1, story.Join.NumberOf(new ItemId("i1"))?.Value);
        Assert.Null(story.Join.NumberOf(new ItemId("i3")));
        Assert.Equal((2, 0), (story.Join.OpenTurns, story.Join.JoinedTurns));
        story.Hears(Started("i3"));
        Assert.True(story.Join.IsSpeaking);
    }

    [Fact]
    [Trait("Cookbook", "24")]
    public void After_a_thousand_turns_the_first_is_forgotten_and_the_last_is_known()
    {
        var story = new TurnStory();
        for (var n = 1; n <= 1000; n++)
            story.Hears(Started($"i{n}"), Stopped($"i{n}", n), Committed($"i{n}"), Asr($"i{n}", "x")).Transcribed($"i{n}", "x");
        Assert.Equal(Enumerable.Range(1, 1000), story.Records.Select(r => r.Turn));
        Assert.Null(story.Join.NumberOf(new ItemId("i1")));
        Assert.Equal(1000, story.Join.NumberOf(new ItemId("i1000"))?.Value);
        Assert.False(story.Join.IsSpeaking);
    }

    [Fact]
    public void A_server_that_names_items_without_end_fills_nothing()
    {
        var story = new TurnStory();
        for (var n = 0; n < 2000; n++) story.Hears(Started($"s{n}"), TimedOut($"t{n}"), Asr($"a{n}", "x"));
        story.Decides();
        story.Disconnects();
        Assert.False(story.Join.IsSpeaking);
    }

    [Theory]
    [InlineData("vad-turn-auto-response", "ask 1")]
    [InlineData("barge-in-truncate", "ask 1, ask 2")]
    [InlineData("oob-text-next-to-default-response", "ask 1")]
    [InlineData("idle-timeout", "tell 1: idle")]
    [InlineData("transcription-session", "ask 1")]
    public void A_recorded_session_opens_its_turns(string recording, string expected)
    {
        var join = new TurnJoin(TurnStory.Settings, "s-1", Shipped.Prices);
        List<string> decided = [];
        foreach (var (received, json) in Repository.Recording(recording))
        {
            if (!received) continue;
            var step = join.On(RealtimeCodec.Decode(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(json)), default);
            join = step.Next;
            decided.AddRange(
                step.Decisions.Select(d => d is TurnDecision.Transcribe t ? $"ask {t.Request.Turn.Value}"
                : $"tell {((TurnDecision.Publish)d).Record.Turn}: {((TurnDecision.Publish)d).Record.Source}"));
        }
        Assert.Equal(expected, string.Join(", ", decided));
    }

    // The oldest open turn is published as soon as it has both transcripts.
    private static void AssertNothingJoinedWaits(TurnStory story, int[] order, int last)
    {
        var known = order.TakeWhile(w => w != last).Append(last).ToHashSet();
        var joined = Enumerable.Range(0, 3).TakeWhile(t => known.Contains(2 * t) && known.Contains(2 * t + 1)).Count();
        Assert.Equal(joined, story.Records.Count);
    }

    private static IEnumerable<int[]> Permutations(int[] of) => of.Length == 0
        ? [[]]
        : of.SelectMany(head => Permutations([.. of.Where(other => other != head)]).Select(tail => (int[])[head, .. tail]));
}
