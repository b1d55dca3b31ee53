using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sessions;

public class SessionExportTests
{
    private const string Evil = "a\e[2J\nb --> <c> & \"d\", *e*";

    private static readonly SessionRecord[] Call =
    [
        Recorded.Turn(1, "My name is Ann.", "My name is Anne", start: 1000, end: 2500), Recorded.Answer(1, "Hello, Ann."),
        Recorded.Turn(2, oob: null, asr: "Yes", start: 3_600_000, end: 3_601_001),
        Recorded.Answer(null, "Good-bye.", heardMs: 0),
        Recorded.Amended(Recorded.Turn(2, "Yes, please.", "Yes please", start: 3_600_000, end: 3_601_001, flags: ["usage_without_audio"])),
    ];

    [Fact]
    public void Subtitles_stand_where_the_sound_does_and_say_who_speaks()
    {
        Assert.Equal(
            """
            1
            00:00:01,000 --> 00:00:02,500
            User: My name is Ann.

            2
            00:00:02,500 --> 00:00:04,000
            Assistant: Hello, Ann.

            3
            01:00:00,000 --> 01:00:01,001
            User: Yes, please.


            """, Text(Export(Call).SubRip()));
        Assert.Equal(
            """
            WEBVTT

            00:00:01.000 --> 00:00:02.500
            <v User>My name is Ann.

            00:00:02.500 --> 00:00:04.000
            <v Assistant>Hello, Ann.

            01:00:00.000 --> 01:00:01.001
            <v User>Yes, please.


            """, Text(Export(Call).WebVtt()));
    }

    [Fact]
    public void What_has_no_time_is_left_out_of_subtitles_and_counted()
    {
        var export = Export(Recorded.Turn(1, start: null, end: null), Recorded.Turn(2));
        Assert.Equal(1, export.WithoutTime);
        Assert.Equal(4, export.SubRip().Count());
        Assert.Equal(0, Export(Call).WithoutTime);
    }

    [Fact]
    public void A_table_has_a_row_per_turn_as_it_was_told_last() =>
        Assert.Equal(
            """
            turn,item_id,audio_start_ms,audio_end_ms,oob_status,oob_text,oob_usd,asr_status,asr_text,asr_usd,wer,flags,assistant,cer,verdict,confidence,words,entities
            1,i1,1000,2500,completed,My name is Ann.,0.004,completed,My name is Anne,0.0002,0.5,,"Hello, Ann.",0,,,My name is Ann.,
            2,i2,3600000,3601001,completed,"Yes, please.",0.004,completed,Yes please,0.0002,0.5,usage_without_audio,Good-bye.,0,,,"Yes, please.",

            """, Text(Export(Call).Csv()));

    [Fact]
    public void Text_for_people_has_the_conversation_and_where_the_transcripts_differ_both()
    {
        using var data = new Recorded().Session("s-20261122-084500-3f9a0123456789ab", summary: Recorded.Summary(0.04m, 0.002m));
        Assert.Equal(
            """
            # s-20261122-084500-3f9a0123456789ab

            2026-11-22 08:45 UTC, gpt-realtime, 6 turns, $0.042000

            **User:** My name is Ann.

            *Transcription model:* My name is Anne

            **Assistant:** Hello, Ann.

            **User:** Yes, please.

            *Transcription model:* Yes please

            **Assistant:** Good-bye.

            """, Text(Export(Call).Markdown(RecordedSession.Read(data.Folder("s-20261122-084500-3f9a0123456789ab")))));
    }

    [Fact]
    public void An_answer_stands_behind_the_turn_it_answers_even_where_it_was_told_before_it()
    {
        var export = Export(Recorded.Turn(1), Recorded.Answer(2, "To the second."), Recorded.Answer(1, "To the first."),
            Recorded.Turn(2, start: 5000, end: 6000));

        Assert.Equal(["To the first.", "To the second."], export.Csv().Skip(1).Select(row => row.Split(',')[12]));
        Assert.Equal(["User: Hello.", "Assistant: To the first.", "User: Hello.", "Assistant: To the second."],
            export.SubRip().Where((_, line) => line % 4 == 2));
        using var data = new Recorded().Session("s-1", summary: Recorded.Summary(0, 0));
        Assert.Equal(["User", "Assistant", "User", "Assistant"],
            export.Markdown(RecordedSession.Read(data.Folder("s-1"))).Where(line => line.StartsWith("**", StringComparison.Ordinal))
            .Select(line => line.Split(':')[0].Trim('*')));
    }

    [Fact]
    public void An_answer_to_a_turn_that_was_never_told_is_nobody_elses()
    {
        var export = Export(Recorded.Turn(1), Recorded.Answer(2, "To the second."));

        Assert.EndsWith(",", export.Csv().Last(), StringComparison.Ordinal);
        Assert.Equal(4, export.SubRip().Count());
    }

    [Fact]
    public void The_transcript_that_counts_is_what_was_said_and_the_other_stands_beside_it()
    {
        var preferred = Export(Recorded.Turn(1, "User: hello there", "hello there", flags: ["labelled", "asr_preferred"]));
        Assert.Contains("User: hello there", preferred.SubRip());
        Assert.DoesNotContain("User: User: hello there", preferred.SubRip());

        using var data = new Recorded().Session("s-1", summary: Recorded.Summary(0, 0));
        var session = RecordedSession.Read(data.Folder("s-1"));
        Assert.Equal(["**User:** hello there", "", "*Realtime transcript:* User: hello there"], preferred.Markdown(session).TakeLast(3));
        Assert.Equal("**User:** (timed\\_out)", Export(Recorded.Turn(1, null, null)).Markdown(session).Last());
    }

    [Fact]
    public void Records_go_out_as_they_were_written_those_of_a_newer_program_too()
    {
        var newer = """{"type":"sentiment","turn":1,"mood":"calm"}""";
        var reader = new RecordReader(
            new MemoryStream(
            System.Text.Encoding.UTF8.GetBytes(string.Concat(Call.Select(record => Recorded.Line(record) + "\n")) + newer)));
        Assert.Equal([.. Call.Select(Recorded.Line), newer], new SessionExport([.. reader.Read()]).Jsonl());
    }

    [Fact]
    public void What_was_said_cannot_break_a_format_or_command_a_terminal()
    {
        var export = Export(Recorded.Turn(1, Evil, Evil), Recorded.Answer(1, Evil));
        Assert.Contains("<v User>a\uFFFD[2J b -&gt; &lt;c&gt; &amp; \"d\", *e*", export.WebVtt());
        Assert.Contains("User: a\uFFFD[2J b -> <c> & \"d\", *e*", export.SubRip());
        Assert.Contains("\"a\uFFFD[2J\nb --> <c> & \"\"d\"\", *e*\"", export.Csv().Last(), StringComparison.Ordinal);
        foreach (var format in new[] { export.WebVtt(), export.SubRip(), export.Csv(), export.Jsonl() })
            Assert.DoesNotContain(Text(format), c => char.IsControl(c) && c != '\n');
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-No.", "'-No.")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("a=1", "a=1")]
    [InlineData("-1", "'-1")]
    public void Text_is_no_formula(string said, string cell) =>
    Assert.Contains($",completed,{cell},0.004,", Export(Recorded.Turn(1, said, "x")).Csv().Last(), StringComparison.Ordinal);

    [Fact]
    public void The_servers_name_for_an_item_is_no_formula_either() =>
        Assert.StartsWith("1,'=1+1,", Export(Recorded.Turn(1) with { ItemId = new("=1+1") }).Csv().Last(), StringComparison.Ordinal);

    private static SessionExport Export(params SessionRecord[] records) =>
        new([.. records.Select(record => new RecordLine("x", System.Text.Json.JsonElement.Parse(Recorded.Line(record)), record))]);

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
