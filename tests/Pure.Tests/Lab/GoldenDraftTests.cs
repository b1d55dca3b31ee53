using System.Collections.Immutable;
using RealtimeAkka.Hosting.Lab;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Lab;

public class GoldenDraftTests
{
    private static readonly Agreement Same = new(0, 0, 0, 0, 0, AgreementUnit.Word, []);
    private static readonly Agreement Other = new(1, 1, 0, 0, 1, AgreementUnit.Word, [new("substitute", "one", "two")]);

    [Fact]
    public void A_turn_has_some_of_the_silence_around_it_and_nothing_of_its_neighbours()
    {
        var (drafts, leftOut) = Of(20_000, Turn(1, 100, 2000), Turn(2, 2100, 3000), Turn(3, 9000, 19_900));
        Assert.Equal([(0, 2100), (2000, 3300), (8700, 20_000)], drafts.Select(draft => ((int)draft.FromMs, (int)draft.ToMs)));
        Assert.Empty(leftOut);
    }

    [Fact]
    public void Turns_that_overlap_are_as_their_records_say()
    {
        var (drafts, _) = Of(20_000, Turn(1, 1000, 3000), Turn(2, 2500, 4000));
        Assert.Equal([(700, 3000), (2500, 4300)], drafts.Select(draft => ((int)draft.FromMs, (int)draft.ToMs)));
    }

    [Fact]
    public void A_turn_without_a_place_in_the_recording_is_left_out_and_said_to_be()
    {
        var (drafts, leftOut) = Of(
            20_000, Turn(1, 100, 2000), Turn(2, null, null), Turn(3, 25_000, 26_000), Turn(4, 5000, 5000), Turn(5, 3000, 700_000));
        Assert.Equal(1, Assert.Single(drafts).Turn);
        Assert.Equal(
            ["Turn 2 has no place in the recording", "Turn 3 has no place in the recording", "Turn 4 has no place in the recording",
                "Turn 5 is longer than 10 minutes"],
            leftOut.AsEnumerable());
    }

    [Fact]
    public void Where_the_input_was_read_faster_than_it_was_spoken_the_times_of_the_sent_sound_count()
    {
        var (drafts, _) = Of(20_000, Turn(1, null, null) with { AudioStartMs = 1000, AudioEndMs = 2000 });
        Assert.Equal((700, 2300), (drafts[0].FromMs, drafts[0].ToMs));
    }

    [Fact]
    public void The_last_record_of_a_turn_counts()
    {
        var amended = new TurnAmended("s-1", 1, new("i1"), "vad", null, null, Oob("later"), Asr("later"), Same, [])
            { StartedMs = 100, EndedMs = 900 };
        Assert.Equal(["later"], Of(20_000, Turn(1, 100, 900), amended).Drafts.Select(draft => draft.Oob));
    }

    [Fact]
    public void Agreed_is_what_both_say_and_what_does_not_look_made_up()
    {
        Assert.True(Only(Turn(1, 0, 900)).IsAgreed);
        var (nothing, none) = (Oob(null, ResultStatus.Empty), Asr(null, ResultStatus.Empty));
        Assert.True(Only(Turn(1, 0, 900) with { Oob = nothing, Asr = none, Agreement = null }).IsAgreed);
        Assert.False(Only(Turn(1, 0, 900) with { Agreement = Other }).IsAgreed);
        Assert.False(Only(Turn(1, 0, 900) with { Verdict = Verdict.Suspect }).IsAgreed);
        Assert.False(Only(Turn(1, 0, 900) with { Asr = Asr(null, ResultStatus.Failed), Agreement = null }).IsAgreed);
        var partial = Only(Turn(1, 0, 900) with { Asr = Asr("x", ResultStatus.Incomplete) });
        Assert.Equal(("one", null), (partial.Oob, partial.Asr));
    }

    [Fact]
    public void Corrections_say_what_was_said_or_that_a_turn_is_left_out()
    {
        var read = GoldenCorrection.Read("""
            {"turn":3,"reference":"Whitlock","entities":["Whitlock"],"language":"en"}

            {"turn":4,"reference":null}
            {"turn":5,"reference":"x"}
            """, "c.jsonl");
        Assert.Equal([3, 4, 5], read.Keys.Order());
        Assert.Equal(("Whitlock", "en", "Whitlock"), (read[3].Reference, read[3].Language, Assert.Single(read[3].Entities!.Value)));
        Assert.Null(read[4].Reference);
        Assert.Null(read[5].Entities);
    }

    [Fact]
    public void Each_correction_that_cannot_be_used_is_one_message()
    {
        var problems = Assert.Throws<GoldenSetException>(() => GoldenCorrection.Read(
            "{\"turn\":1,\"reference\":\"a\"}\n{\"turn\":1,\"reference\":\"b\"}\n{\"turn\":0,\"reference\":\"x\"}\n{\"turn\":2}\nno\n",
            "c.jsonl")).Problems;
        Assert.Equal(["c.jsonl:2:", "c.jsonl:3:", "c.jsonl:4:", "c.jsonl:5:"], problems.Select(problem => problem[..10]));
    }

    private static (ImmutableArray<GoldenDraft> Drafts, ImmutableArray<string> LeftOut) Of(
        long lengthMs, params TurnRecord[] turns) =>
        GoldenDraft.Of([.. turns.Select(turn => new RecordLine("turn", default, turn))], lengthMs);

    private static GoldenDraft Only(TurnRecord turn) => Assert.Single(Of(20_000, turn).Drafts);

    private static TurnJoined Turn(int turn, long? from, long? to) =>
        new("s-1", turn, new($"i{turn}"), "vad", null, null, Oob("one"), Asr("one"), Same, []) { StartedMs = from, EndedMs = to };

    private static OutOfBandTranscript Oob(string? text, ResultStatus status = ResultStatus.Completed) =>
        new(status, text, null, "full", 1, 100, null, null, null);

    private static AsrTranscript Asr(string? text, ResultStatus status = ResultStatus.Completed) =>
        new(status, text, "asr", 100, null, null, null);
}
