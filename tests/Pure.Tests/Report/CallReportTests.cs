using System.Text.RegularExpressions;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Hosting.Report;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Pure.Tests.Redaction;
using RealtimeAkka.Pure.Tests.Sessions;

namespace RealtimeAkka.Pure.Tests.Report;

public class CallReportTests
{
    private const string Hostile = "</script><script>alert(1)</script>\"' onload=x <img src=x>\e[2J\u202Eevil";

    [Fact]
    public void A_turn_has_its_answers_tools_hearings_and_what_a_newer_program_wrote()
    {
        var report = Report(RedactedCalls.Lines(RedactedCalls.MadeUp));
        Assert.Equal([1, 2], report.Turns.Select(turn => turn.Number));
        var (one, two) = (report.Turns[0], report.Turns[1]);
        Assert.Equal((1, 1, 0, 0), (one.Answers.Length, one.Hearings.Length, one.Tools.Length, one.Others.Length));
        Assert.Equal((0, 0, 1, 1), (two.Answers.Length, two.Hearings.Length, two.Tools.Length, two.Others.Length));
        Assert.Equal("sentiment", two.Others[0].Type);
        Assert.Equal("Hi, my name is Dana Whitlock.", one.Words);
        Assert.Equal("summary", Assert.Single(report.Tasks).Task);
        Assert.Equal("mishearing", Assert.Single(report.Notices).Code);
        Assert.Equal([(Verdict.Conflict, 2)], report.Verdicts.Select(one => (one.Verdict!.Value, one.Turns)));
    }

    [Fact]
    public void The_parts_of_a_transcript_are_the_transcript_and_those_that_differ_are_marked()
    {
        var turn = Report(Recorded.Turn(1, "It was on Elm Street.", "it was on an elm tree")).Turns.Single();
        Assert.Equal("It was on Elm Street.", string.Concat(turn.Oob.Select(part => part.Text)));
        Assert.Equal("it was on an elm tree", string.Concat(turn.Asr.Select(part => part.Text)));
        Assert.Equal(["Street"], turn.Oob.Where(part => part.Differs).Select(part => part.Text));
        Assert.Equal(["an", "tree"], turn.Asr.Where(part => part.Differs).Select(part => part.Text));
    }

    [Fact]
    public void The_timeline_has_turns_answers_interruptions_mutes_and_lost_connections_on_one_clock()
    {
        var turn = Recorded.Turn(1) with { StartedMs = 500, EndedMs = 1500 };
        var answer = Recorded.Answer(1) with { StartedMs = 2000, HeardMs = 800, HeardText = "Good", Status = "cancelled" };
        var events = new CallEvents([new(1500, 1900, null)], [new(5000, 7000, "broken")]);
        var row = Assert.Single(Report(events, turn, answer).Timeline);
        Assert.Equal((0, 38_000), (row.FromMs, row.ToMs));
        Assert.Equal(
            [(SpanKind.Turn, 500, 1500), (SpanKind.Answer, 2000, 2800), (SpanKind.Muted, 1500, 1900), (SpanKind.Disconnected, 5000, 7000)],
            row.Spans.Select(span => (span.Kind, (int)span.FromMs, (int)span.ToMs)));
        Assert.Equal([false, true, false, false], row.Spans.Select(span => span.IsInterrupted));
        Assert.Equal("Good [interrupted]", row.Spans[1].Words);
    }

    [Fact]
    public void Without_the_sessions_clock_an_answer_follows_its_turn_and_nothing_else_is_placed()
    {
        var report = Report(new CallEvents([new(0, 9, null)], []), Recorded.Turn(1, start: 1000, end: 2500), Recorded.Answer(1, heardMs: 700));
        Assert.False(report.IsOnClock);
        Assert.Equal([(1000, 2500), (2500, 3200)], report.Timeline.Single().Spans.Select(span => ((int)span.FromMs, (int)span.ToMs)));
    }

    [Theory]
    [InlineData(45_000, 1)]
    [InlineData(61_000, 3)]
    [InlineData(600_000, 10)]
    [InlineData(3_600_000, 12)]
    [InlineData(30 * 3_600_000L, 10)]
    [InlineData(300L * 24 * 3_600_000L, 12)]
    public void A_call_of_any_length_has_few_rows_that_hold_it_all(long lengthMs, int rows)
    {
        TimelineSpan[] spans = [new(SpanKind.Turn, 0, 1000, 1, ""), new(SpanKind.Answer, lengthMs - 500, lengthMs, 2, "")];
        var timeline = CallTimeline.Rows(lengthMs, spans);
        Assert.Equal(rows, timeline.Length);
        Assert.All(timeline.Zip(timeline.Skip(1)), pair => Assert.Equal(pair.First.ToMs, pair.Second.FromMs));
        Assert.True(timeline[^1].ToMs >= lengthMs);
        Assert.All(timeline, row => Assert.InRange(row.Ticks.Length, 1, 15));
        Assert.Equal(SpanKind.Turn, timeline[0].Spans[0].Kind);
        Assert.Equal(SpanKind.Answer, timeline[^1].Spans[^1].Kind);
    }

    [Fact]
    public void A_span_over_two_rows_is_in_both_and_interrupted_in_the_last_one_only()
    {
        var timeline = CallTimeline.Rows(90_000, [new(SpanKind.Answer, 25_000, 35_000, 1, "x") { IsInterrupted = true }]);
        Assert.Equal([(25_000, 30_000, true)], timeline[0].Spans.Select(span => ((int)span.FromMs, (int)span.ToMs, span.IsCut)));
        Assert.Equal([(30_000, 35_000, false)], timeline[1].Spans.Select(span => ((int)span.FromMs, (int)span.ToMs, span.IsCut)));
    }

    [Fact]
    public void What_happened_to_the_connection_and_the_input_is_placed_on_the_sessions_clock()
    {
        TimelineEntry At(TimelineEntry entry, double t) => entry with { T = t };
        var events = CallEvents.Of(
        [
            At(new TimelineEntry.Connecting(1), 1), At(new TimelineEntry.Connected(1), 1.5),
            At(new TimelineEntry.Spoken(0, 2), 2), At(new TimelineEntry.Spoken(48_000, 3.5), 3.5),
            At(new TimelineEntry.Ended(1, "broken", null, "reset", null, null, null), 5),
            At(new TimelineEntry.Ended(2, "refused", 503, null, 0, null, null), 5.5),
            At(new TimelineEntry.Connected(3), 6), At(new TimelineEntry.Spoken(120_000, 6.2), 6.2),
            At(new TimelineEntry.Closing(3), 9), At(new TimelineEntry.Ended(3, "closed", 1000, "", null, null, null), 9.1),
        ]);
        // One second of sound was spoken from 2 s on; then the input paused until 3.5 s. The pause at 5 s is the lost connection's.
        Assert.Equal([new EventSpan(1000, 1500, null)], events.Muted.ToList());
        Assert.Equal([new EventSpan(3000, 4000, "reset")], events.Disconnected.ToList());
    }

    [Fact]
    public void Costs_add_up_and_estimates_are_marked()
    {
        var report = Report(Recorded.Turn(1), Recorded.Turn(2), Recorded.Turn(3, oobUsd: null)) with
        {
            Session = Session(Recorded.Summary(0.008m, 0.0006m) with { OobUsdIfNarrower = [new("last", 0.003m), new("last:3", null)] }),
        };
        Assert.Equal([new(1, 0.004m, 0.0002m), new(2, 0.008m, 0.0004m), new(3, 0.008m, 0.0006m)], report.Costs.ToList());
        Assert.Equal(
            [("transcription model", 0.0006m, false), ("Realtime model", 0.008m, false), ("with context last", 0.003m, true)],
            report.CostBars.Select(bar => (bar.Name, bar.Usd, bar.IsEstimate)));
        Assert.Equal((400, 400), (report.OobLatency.Median, report.OobLatency.P95));
    }

    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        var latencies = Latencies.Of([.. Enumerable.Range(1, 20).Select(ms => (double?)ms), null]);
        Assert.Equal((10, 19), (latencies.Median, latencies.P95));
        Assert.Equal((null, null), (Latencies.Of([null]).Median, Latencies.Of([]).P95));
    }

    [Fact]
    public void Words_are_text_in_the_page_and_never_markup()
    {
        var turn = Recorded.Turn(1, Hostile, Hostile + " more") with
        {
            StartedMs = 0, EndedMs = 1000, Verdict = Verdict.Conflict, Reasons = [Hostile, $"entity:{Hostile}"], Words = Hostile + "!", Flags = [Hostile],
            Source = Hostile, Entities = [new(Hostile, Hostile, Hostile, EntityState.Differs)],
        };
        var json = System.Text.Json.JsonSerializer.SerializeToElement(new Dictionary<string, object> { [Hostile] = new[] { Hostile }, ["x"] = Hostile });
        SessionRecord[] records =
        [
            turn, Recorded.Answer(1, Hostile) with { StartedMs = 1200, Status = Hostile, Error = Hostile },
            new ToolCalled("s", Hostile, 1, Hostile, ResultStatus.Failed, json, Hostile, Hostile, Hostile),
            new TaskCompleted("s", Hostile, 1, ResultStatus.Completed, Hostile, json, null, Hostile, 1, null, null, 0.1m, Hostile, Hostile),
            new HeardAgain("s", 1, Protocol.Records.Witness.Oob, Hostile, Hostile, Hostile, Hostile, Hostile, Hostile, null),
        ];
        var lines = records.Select(Line).ToList();
        lines.Add(new("notice", System.Text.Json.JsonElement.Parse($$"""{"type":"notice","level":{{Quoted}},"code":{{Quoted}},"message":{{Quoted}}}"""), null));
        lines.Add(new(Hostile, System.Text.Json.JsonElement.Parse($$"""{"type":{{Quoted}},"turn":1,{{Quoted}}:{{Quoted}}}"""), null));
        var html = CallPage.Html(
            Report(new CallEvents([], [new(10, 20, Hostile)]), [.. lines]), new CallWave(10, [1, 200, 3], [0, 99]), new CallSound.Embedded([1, 2]));

        Assert.Equal(1, Occurrences(html, "<script"));
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"' onload", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', html);
        Assert.DoesNotContain('\u202E', html);
        // Nothing of another address, and every tag is closed.
        Assert.DoesNotMatch(@"(?:src|href)=""(?!#|data:)", html);
        Assert.DoesNotMatch(@"\sstyle=|\son\w+=""", html[html.IndexOf("<main", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void The_wave_stands_where_the_sound_does_and_is_only_drawn_where_there_is_one()
    {
        var turn = Recorded.Turn(1) with { StartedMs = 500, EndedMs = 1500 };
        var report = Report(turn);
        Assert.DoesNotContain("class=\"voice", CallPage.Html(report, null, new CallSound.None()), StringComparison.Ordinal);
        var html = CallPage.Html(report, new CallWave(1000, [0, 255, 0], []), new CallSound.None());
        // The second second of 38: at 78 + 1082 * 1.5 / 38.
        Assert.Contains("class=\"voice asr\" d=\"M120.7 22V62\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<audio", html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"play\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_without_anything_is_a_page_too()
    {
        var html = CallPage.Html(Report(new List<RecordLine>()), null, new CallSound.None());
        Assert.Contains("Turn by turn", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
    }

    private static string Quoted => System.Text.Json.JsonSerializer.Serialize(Hostile);

    private static CallReport Report(params SessionRecord[] records) => Report(CallEvents.None, records);

    private static CallReport Report(CallEvents events, params SessionRecord[] records) => Report(events, [.. records.Select(Line)]);

    private static CallReport Report(IReadOnlyList<RecordLine> lines) => CallReport.Of(Session(Recorded.Summary(0.04m, 0.002m)), lines, CallEvents.None);

    private static CallReport Report(CallEvents events, RecordLine[] lines) => CallReport.Of(Session(Recorded.Summary(0.04m, 0.002m)), lines, events);

    private static RecordLine Line(SessionRecord record) =>
        new(record is TurnRecord ? "turn" : "x", System.Text.Json.JsonElement.Parse(Recorded.Line(record)), record);

    private static RecordedSession Session(SessionSummary summary)
    {
        using var data = new Recorded().Session("s-20261122-084500-3f9a0123456789ab", summary: summary);
        return RecordedSession.Read(data.Folder("s-20261122-084500-3f9a0123456789ab"));
    }

    private static int Occurrences(string text, string part) => Regex.Count(text, Regex.Escape(part));
}
