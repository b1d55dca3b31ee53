using System.Globalization;
using System.Text;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>A recorded conversation in formats of other programs. Of a turn published more than once, the last record counts.</summary>
public sealed class SessionExport
{
    // Who speaks as soon as the other is silent does not interrupt: the two times are measured apart and rounded to milliseconds.
    private const long MaxTouch = 100;

    private readonly IReadOnlyList<RecordLine> _lines;
    private readonly List<Entry> _entries;

    /// <summary>Takes the records of a session in their order.</summary>
    public SessionExport(IReadOnlyList<RecordLine> lines)
    {
        _lines = lines;
        var turns = lines.Select(line => line.Record).OfType<TurnRecord>().GroupBy(turn => turn.Turn)
            .ToDictionary(told => told.Key, told => told.Last());
        // What was found out later about the words of a turn.
        foreach (var heard in lines.Select(line => line.Record).OfType<HeardAgain>())
        {
            if (heard.Text is not null && turns.TryGetValue(heard.Turn, out var turn)) turns[heard.Turn] = turn with { Words = heard.Text };
        }
        List<Entry> entries = [.. turns.Values.Select(turn => new Entry(turn.Turn, turn, null))];
        var last = 0;
        foreach (var record in lines.Select(line => line.Record))
        {
            if (record is TurnJoined turn) last = turn.Turn;
            if (record is AssistantReplied answer)
                entries.Add(new Entry(answer.Turn ?? last, turns.GetValueOrDefault(answer.Turn ?? last), answer));
        }
        // An answer may be recorded before the turn it answers; it is placed after that turn all the same.
        _entries = [.. entries.OrderBy(entry => entry.Number)];
    }

    /// <summary>Turns without a start or end time, which <c>srt</c> and <c>vtt</c> need.</summary>
    public int WithoutTime => _entries.Count(entry => entry.Answer is null && Span(entry) is null);

    /// <summary>Every record as it was written, one JSON object per line.</summary>
    public IEnumerable<string> Jsonl() => _lines.Select(line => Encoding.UTF8.GetString(RecordCodec.Encode(line.Json)));

    /// <summary>Headings and paragraphs; both transcripts if they differ.</summary>
    public IEnumerable<string> Markdown(RecordedSession session)
    {
        yield return $"# {session.Id}";
        yield return "";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{session.StartedAt:yyyy-MM-dd HH:mm} UTC, {Markdown(session.Model)}, {session.Summary.Turns} turns, {Money.AtLeast(session.Summary.TotalUsd, session.Summary.Unpriced.Count > 0)}");
        foreach (var (_, turn, answer) in _entries)
        {
            yield return "";
            if (answer is not null)
            {
                yield return $"**Assistant:** {Markdown(answer is { Heard: "", Text.Length: > 0 } ? "(not heard)" : answer.Heard)}";
                continue;
            }
            var words = Words(turn!);
            yield return $"**User:** {Markdown(words ?? $"({turn!.Oob.Status.Name()})")}";
            if (turn is not { Oob.Text: { } model, Asr.Text: { } asr, Agreement: not { Wer: 0 } }) continue;
            yield return "";
            yield return words == model ? $"*Transcription model:* {Markdown(asr)}" : $"*Realtime transcript:* {Markdown(model)}";
            if (turn.Verdict is not (Verdict.Conflict or Verdict.Suspect)) continue;
            yield return "";
            var why = turn.Verdict == Verdict.Conflict ? Mishearing.Difference(turn) : string.Join(", ", turn.Reasons);
            yield return $"*{(turn.Verdict == Verdict.Conflict ? "Conflict" : "Suspect")}:* {Markdown(why)}";
        }
    }

    /// <summary>SubRip subtitles on the session's clock, that of <c>input.wav</c> and <c>output.wav</c>.</summary>
    public IEnumerable<string> SubRip()
    {
        var number = 0;
        foreach (var (who, text, from, to) in Cues())
        {
            yield return (++number).ToString(CultureInfo.InvariantCulture);
            yield return $"{Time(from, ',')} --> {Time(to, ',')}";
            yield return $"{who}: {text}";
            yield return "";
        }
    }

    /// <summary>WebVTT subtitles on the same clock.</summary>
    public IEnumerable<string> WebVtt()
    {
        yield return "WEBVTT";
        yield return "";
        foreach (var (who, text, from, to) in Cues())
        {
            yield return $"{Time(from, '.')} --> {Time(to, '.')}";
            yield return $"<v {who}>{text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)}";
            yield return "";
        }
    }

    /// <summary>One row per turn (RFC 4180). Text that a spreadsheet would read as a formula is prefixed with an apostrophe.</summary>
    public IEnumerable<string> Csv()
    {
        yield return "turn,item_id,audio_start_ms,audio_end_ms,oob_status,oob_text,oob_usd,asr_status,asr_text,asr_usd,wer,flags,assistant,cer,verdict,confidence,words,entities";
        foreach (var turn in _entries.Where(entry => entry.Answer is null).Select(entry => entry.Turn!))
        {
            var answers = _entries.Where(entry => entry.Answer is not null && entry.Turn?.Turn == turn.Turn)
                .Select(entry => entry.Answer!.Heard).Where(heard => heard.Length > 0);
            yield return string.Join(',', ((object?[])
            [
                turn.Turn, turn.ItemId, turn.AudioStartMs, turn.AudioEndMs, turn.Oob.Status.Name(), turn.Oob.Text, turn.Oob.CostUsd,
                turn.Asr.Status.Name(), turn.Asr.Text, turn.Asr.CostUsd,
                turn.Agreement?.Wer, string.Join(' ', turn.Flags), string.Join(' ', answers), turn.Agreement?.Cer,
                turn.Verdict?.ToString().ToLowerInvariant(), turn.Confidence, Words(turn),
                string.Join("; ", turn.Entities.Select(entity => $"{entity.Kind} {entity.Oob ?? "-"} | {entity.Asr ?? "-"}")),
            ]).Select(Cell));
        }
    }

    // On the session's clock, that of a recording. Where that did not run, or was not written yet, on the clock of the audio that was sent: an
    // answer follows its turn there, for as long as it was heard.
    private static (long From, long To)? Span(Entry entry) => entry switch
    {
        { Answer: { StartedMs: { } from } answer } when answer.HeardMs > 0 => (from, from + answer.HeardMs),
        { Answer: null, Turn: { StartedMs: { } from, EndedMs: { } to } } when to > from => (from, to),
        { Turn.StartedMs: not null } => null,
        { Answer: { } answer, Turn.AudioEndMs: { } end } when answer.HeardMs > 0 => (end, end + answer.HeardMs),
        { Answer: null, Turn: { AudioStartMs: { } start, AudioEndMs: { } end } } when end > start => (start, end),
        _ => null,
    };

    private IEnumerable<(string Who, string Text, long From, long To)> Cues()
    {
        var cues = (
            from entry in _entries
            let span = Span(entry)
            let text = OneLine(entry.Answer?.Heard ?? Words(entry.Turn!))
            where span is not null && text.Length > 0
            orderby span.Value.From
            select (Who: entry.Answer is null ? "User" : "Assistant", Text: text, span.Value.From, span.Value.To)).ToList();
        for (var i = 0; i + 1 < cues.Count; i++)
        {
            if (cues[i].To - cues[i + 1].From is > 0 and <= MaxTouch) cues[i] = cues[i] with { To = cues[i + 1].From };
        }
        return cues;
    }

    // A partial transcript of the model is better than none; one that is made up is not.
    private static string? Words(TurnRecord turn) => turn.Words ?? (turn.Verdict == Verdict.Suspect ? null : turn.Oob.Text);

    // A blank line would end a cue, and an arrow would be read as its time.
    private static string OneLine(string? text) =>
        TerminalText.Line(text ?? "").Replace("-->", "->", StringComparison.Ordinal);

    private static string Markdown(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var c in OneLine(text)) safe.Append("\\`*_[]<>#|~&".Contains(c, StringComparison.Ordinal) ? "\\" : "").Append(c);
        return safe.ToString();
    }

    private static string Cell(object? value)
    {
        var text = value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture)
            : TerminalText.Safe(value?.ToString() ?? "");
        if (value is not IFormattable && text.Length > 0 && "=+-@\t".Contains(text[0], StringComparison.Ordinal)) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static string Time(long ms, char point) =>
        string.Create(CultureInfo.InvariantCulture, $"{ms / 3_600_000:00}:{ms / 60_000 % 60:00}:{ms / 1000 % 60:00}{point}{ms % 1000:000}");

    // The user's turn of that number, or with an Answer what the assistant said to it.
    private sealed record Entry(int Number, TurnRecord? Turn, AssistantReplied? Answer);
}
