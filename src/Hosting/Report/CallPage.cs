using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RealtimeAkka.Hosting.Pages;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.Hosting.Pages.HtmlPage;

namespace RealtimeAkka.Hosting.Report;

/// <summary>
/// Writes the report of a call as one HTML file that needs nothing else. Everything is in it without its script, which plays the sound and
/// shows some turns only.
/// </summary>
public static class CallPage
{
    // A text of more is shown in a box of its own.
    private const int LongText = 1500;

    // Of a result's list that is shown as a table.
    private const int MaxItems = 100, MaxColumns = 8;

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The page; <paramref name="wave"/>: both voices, null: not recorded.</summary>
    public static string Html(CallReport report, CallWave? wave, CallSound sound)
    {
        var media = sound is CallSound.Linked ? "'self' file:" : "data:";
        var page = new HtmlPage(
            "call report", report.Session.Id, report.Session.StartedAt, ["base.css", "report.css", "call.css"], "call.js", media);
        var html = new StringBuilder(256 * 1024).Append(page.Begin());
        Head(html, report);
        Timeline(html, report, wave, sound);
        html.Append("<div class=\"plots\">").Append(CallPlots.Latency(report)).Append(CallPlots.Cost(report)).Append("</div>\n");
        Costs(html, report);
        Turns(html, report, hasSound: sound is not CallSound.None && report.IsOnClock);
        Tasks(html, report);
        Notices(html, report);
        return html.Append(page.End($"<p>{Footer(report)}</p>")).ToString();
    }

    private static void Head(StringBuilder html, CallReport report)
    {
        var (session, summary) = (report.Session, report.Session.Summary);
        var from = session.Source switch
        {
            CallSource.Browser => "browser", CallSource.Telephone => "telephone", CallSource.Mic => "microphone", _ => "file",
        };
        html.Add($"""
            <div class="head"><h1>Call of {session.StartedAt:d MMMM yyyy, HH:mm} UTC</h1>
            <p>{Text(session.Id)} <span class="dot">{Text(session.Model)}</span>
            <span class="dot">{Text(session.AsrModel ?? "no transcription model")}</span>
            <span class="dot">from a {from}</span>{(report.IsRedacted ? " <span class=\"chip redacted\">redacted</span>" : "")}</p></div>
            <dl class="tiles">

            """);
        Tile("Length", CallText.Length(summary.DurationMs), session.IsFinished ? CallText.Plain(summary.Exit) : "left no summary");
        var verdicts = report.Verdicts.Select(one =>
            $"<span class=\"{one.Verdict?.ToString().ToLowerInvariant() ?? "alone"}\">{one.Turns} {Name(one.Verdict)}</span>");
        TileOf("Turns", $"{summary.Turns}", string.Join(", ", verdicts));
        Tile(
            "Cost", Money.AtLeast(summary.TotalUsd, summary.Unpriced.Count > 0),
            $"{CallText.ShortUsd(summary.Conversation.Usd ?? 0)} of it the conversation");
        if (summary.OobToAsr is { } times)
            Tile("Realtime to built-in", CallText.Times(times), "what its transcripts cost");
        var latency = report.OobLatency.Median is { } oob ? CallText.Duration(oob) : "-";
        Tile("Median transcript", latency, $"{(report.AsrLatency.Median is { } asr ? CallText.Duration(asr) : "-")} built-in");
        if (summary.Hearing?.Decided is { } decided && decided.Oob + decided.Asr + decided.Neither > 0)
            Tile(
                "Decided later", $"{decided.Oob + decided.Asr + decided.Neither}",
                $"model {decided.Oob}, built-in {decided.Asr}, neither {decided.Neither}");
        if (summary.Reconnects > 0) Tile("Reconnects", $"{summary.Reconnects}", "connections replaced");
        html.Append("</dl>\n");

        void Tile(string name, string value, string note) => TileOf(name, value, Text(note));
        void TileOf(string name, string value, string note) =>
            html.Add($"<div><dt>{name}</dt><dd>{Text(value)} <span>{note}</span></dd></div>\n");
    }

    private static void Timeline(StringBuilder html, CallReport report, CallWave? wave, CallSound sound)
    {
        html.Append("<section aria-labelledby=\"timeline\"><div class=\"titled\"><h2 id=\"timeline\">Timeline</h2><p class=\"keys\">");
        var spans = report.Timeline.SelectMany(row => row.Spans).ToList();
        Key("spoken", "caller's turn", spans.Exists(span => span.Kind == SpanKind.Turn));
        Key("answered", "assistant heard", spans.Exists(span => span.Kind == SpanKind.Answer));
        Key("cut", "interrupted", spans.Exists(span => span.IsInterrupted));
        Key("muted", "input muted", spans.Exists(span => span.Kind == SpanKind.Muted));
        Key("gap", "no connection", spans.Exists(span => span.Kind == SpanKind.Disconnected));
        html.Append("</p></div>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline of the call\">")
            .Append("<div class=\"time\">\n").Append(CallPlots.Timeline(report, wave)).Append("</div></div>\n");
        if (report.IsOnClock) Player(html, sound);
        else html.Append("<p class=\"note\">Read faster than spoken: the times are those of the sound that was sent.</p>\n");
        html.Append("</section>\n");

        void Key(string kind, string name, bool isThere)
        {
            if (isThere) html.Add($"<span class=\"key {kind}\">{name}</span>");
        }
    }

    private static void Player(StringBuilder html, CallSound sound)
    {
        var sources = sound switch
        {
            CallSound.Embedded embedded => [$"data:audio/wav;base64,{Convert.ToBase64String(embedded.Wav)}"],
            CallSound.Linked linked => [.. linked.Addresses.Select(Text)],
            _ => (string[])[],
        };
        if (sources.Length == 0) return;
        html.Append("""
            <div class="player" hidden>
            <button type="button" class="playback" aria-label="Play"><span aria-hidden="true">&#9654;&#xFE0E;</span></button>
            <input type="range" min="0" max="0" step="0.1" value="0" aria-label="Position in the call"><output>0:00</output></div>

            """);
        foreach (var source in sources) html.Add($"<audio preload=\"auto\" src=\"{source}\"></audio>\n");
        html.Append("<p class=\"trouble\" role=\"status\" hidden>The sound cannot be played.</p>\n");
    }

    private static void Costs(StringBuilder html, CallReport report)
    {
        var (bars, summary) = (report.CostBars, report.Session.Summary);
        if (bars.IsEmpty) return;
        var most = Math.Max(bars.Max(bar => bar.Usd), 0.000001m);
        html.Append("""
            <section aria-labelledby="costs"><h2 id="costs">What the transcripts cost, and would have</h2>
            <table class="bars"><thead class="unseen"><tr><th scope="col">Method</th><th scope="col">Share</th>
            <th scope="col">US dollars</th></tr></thead><tbody>

            """);
        foreach (var bar in bars)
        {
            var kind = $"{(bar.IsAsr ? "asr" : "oob")}{(bar.IsEstimate ? " estimate" : "")}";
            var width = SvgPlot.F(Math.Max(0.4, (double)(100 * bar.Usd / most)));
            html.Add($"""
                <tr><th scope="row">{Text(bar.Name)}{(bar.IsEstimate ? " <span class=\"soft\">estimate</span>" : "")}</th>
                <td><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect class="fill {kind}" width="{width}" height="10"/></svg></td>
                <td>{CallText.Usd(bar.Usd)}</td></tr>

                """);
        }
        html.Append("</tbody></table>\n");
        var rest = summary.Tasks.ByTask.OrderBy(task => task.Key, StringComparer.Ordinal)
            .Select(task => $"{task.Key} {(task.Value is { } usd ? CallText.Usd(usd) : "no price")}").ToList();
        if (rest.Count > 0) html.Add($"<p class=\"note\">Tasks: {Text(string.Join(", ", rest))}.</p>\n");
        if (summary.Unpriced.Count > 0)
            html.Add($"<p class=\"note\">Without a price: {Text(string.Join(", ", summary.Unpriced))}.</p>\n");
        html.Append("</section>\n");
    }

    private static void Turns(StringBuilder html, CallReport report, bool hasSound)
    {
        html.Append("""
            <section class="plain" aria-labelledby="turns"><div class="titled"><h2 id="turns">Turn by turn</h2>
            <div class="filter" role="group" aria-label="Which turns are shown" hidden>
            <button type="button" data-show="all" aria-pressed="true">All</button>
            <button type="button" data-show="differs" aria-pressed="false">Where transcripts differ</button>
            <button type="button" data-show="doubt" aria-pressed="false">Conflicts and suspicions</button></div></div>
            <ol class="turns">

            """);
        foreach (var turn in report.Turns) Turn(html, turn, hasSound);
        html.Append("</ol></section>\n");
    }

    private static void Turn(StringBuilder html, ReportTurn turn, bool hasSound)
    {
        var record = turn.Record;
        var isInDoubt = record?.Verdict is Verdict.Conflict or Verdict.Suspect;
        var differs = isInDoubt || turn.Oob.Concat(turn.Asr).Any(part => part.Differs);
        var marks = (differs ? " data-differs" : "") + (isInDoubt ? " data-doubt" : "");
        html.Add($"""
            <li id="turn-{turn.Number}" class="turn" data-verdict="{(record?.Verdict is null ? "" : Name(record.Verdict))}"{marks}><header>
            <h3>{(turn.Number > 0 ? $"Turn {turn.Number}" : "Before the first turn")}</h3>
            """);
        if (turn.StartMs is { } at) html.Add($"<span class=\"at\">{CallText.Position(at)}</span>");
        if (record is not null) Chips(html, record);
        if (turn.IsAmended) html.Append("<span class=\"chip\" title=\"A transcript came after its deadline.\">amended</span>");
        if (hasSound && (turn.StartMs ?? turn.Answers.FirstOrDefault()?.StartedMs) is >= 0 and var play)
        {
            html.Add($"""
                <button type="button" class="play" data-play="{SvgPlot.F(play / 1000.0)}" aria-label="Play from turn {turn.Number}" hidden>
                <span aria-hidden="true">&#9654;&#xFE0E;</span></button>
                """);
        }
        html.Append("</header>\n");
        if (record is not null) Transcripts(html, turn, record);
        foreach (var hearing in turn.Hearings) Hearing(html, hearing);
        foreach (var tool in turn.Tools) Tool(html, tool);
        foreach (var answer in turn.Answers) Answer(html, answer);
        foreach (var other in turn.Others) Json(html, Text(CallText.Plain(other.Type)), other.Json);
        html.Append("</li>\n");
    }

    private static void Chips(StringBuilder html, TurnRecord record)
    {
        if (record.Source != "vad") Chip("plain", record.Source, "How the turn was ended.");
        var reasons = record.Reasons.Count > 0 ? $"Because of {CallText.Plain(string.Join(", ", record.Reasons))}. " : "";
        var sure = record.Confidence is { } confidence ? string.Create(CultureInfo.InvariantCulture, $"Confidence {confidence:0.00}.") : "";
        Chip($"verdict {record.Verdict?.ToString().ToLowerInvariant() ?? "alone"}", Name(record.Verdict), reasons + sure);
        foreach (var reason in record.Reasons.Where(reason => reason.StartsWith("entity:", StringComparison.Ordinal)))
            Chip("plain", CallText.Plain(reason[7..]), "An entity that the transcripts do not agree on.");
        foreach (var flag in record.Flags)
        {
            var isSuspicion = RealtimeAkka.Hearing.TranscriptSuspicion.IsSuspicion(flag);
            Chip(isSuspicion ? "suspicion" : "plain", CallText.FlagName(flag), CallText.Flag(flag) ?? "");
        }

        void Chip(string kind, string name, string title)
        {
            var why = title.Length > 0 ? $" title=\"{Text(title)}\"" : "";
            html.Add($"<span class=\"chip {kind}\"{why}>{Text(name)}</span>\n");
        }
    }

    private static void Transcripts(StringBuilder html, ReportTurn turn, TurnRecord record)
    {
        Row(html, "oob", "Realtime", Marked(turn.Oob), Shown(record.Oob.Status, record.Oob.Error),
            [Latency(record.Oob.LatencyMs), Cost(record.Oob.CostUsd), record.Oob.Attempts > 1 ? $"{record.Oob.Attempts} attempts" : null]);
        Row(html, "asr", "Built-in", Marked(turn.Asr), Shown(record.Asr.Status, record.Asr.Error),
            [Latency(record.Asr.LatencyMs), Cost(record.Asr.CostUsd)]);
        var counts = turn.Words is { Length: > 0 } words && words != record.Oob.Text ? words : null;
        if (counts is not null) Row(html, "words", "Counts", Text(counts), "", []);
        else if (turn.Words is null && record.Verdict == Verdict.Suspect)
            Row(html, "words", "Counts", "", "nothing: what was written looks made up", []);
        if (record.Entities.Count == 0) return;
        html.Append("<dl class=\"entities\">");
        foreach (var entity in record.Entities)
        {
            var (state, note) = entity.State switch
            {
                EntityState.Agreed => ("agreed", "agree"), EntityState.Differs => ("differs", "differ"),
                EntityState.OnlyOob => ("differs", "Realtime only"), _ => ("differs", "built-in only"),
            };
            var other = entity.State == EntityState.Agreed ? "" : $" <span class=\"soft\">/</span> <bdi>{Text(entity.Asr ?? "–")}</bdi>";
            html.Add($"""
                <div class="{state}"><dt>{Text(CallText.Plain(entity.Kind))}</dt>
                <dd><bdi>{Text(entity.Oob ?? "–")}</bdi>{other} <span class="soft">{note}</span></dd></div>

                """);
        }
        html.Append("</dl>\n");
    }

    private static void Hearing(StringBuilder html, HeardAgain hearing)
    {
        var (who, by) = (hearing.SupportedBy switch
        {
            Witness.Oob => "the Realtime model", Witness.Asr => "the transcription model", _ => "neither transcript",
        }, hearing.Source == "answer" ? "the assistant's answer" : "the caller's later words");
        var right = hearing.SupportedBy == Witness.Neither ? "Neither transcript was right" : $"Right: {who}";
        html.Add($"""
            <p class="hearing"><b>{right}</b>, by {by}:
            <bdi>{Text(hearing.Words)}</bdi> <q dir="auto">{Text(hearing.Evidence)}</q></p>

            """);
    }

    private static void Answer(StringBuilder html, AssistantReplied answer)
    {
        var heard = answer.HeardText ?? answer.Text;
        var unheard = answer.HeardText is { } part && answer.Text.StartsWith(part, StringComparison.Ordinal)
            ? answer.Text[part.Length..] : "";
        var words = Text(heard) + (unheard.Length > 0 ? $"<s title=\"Not heard by the caller\">{Text(unheard)}</s>" : "");
        var status = answer.Status == "completed" && answer.HeardText is null ? ""
            : (answer.Status == "cancelled" || answer.HeardText is not null ? "interrupted" : CallText.Plain(answer.Status))
                + (answer.Error is null ? "" : $": {answer.Error}");
        Row(html, "answer", "Assistant", words, status,
            [answer.HeardMs > 0 ? $"heard {CallText.Duration(answer.HeardMs)}" : null, Cost(answer.CostUsd)]);
    }

    private static void Tool(StringBuilder html, ToolCalled tool)
    {
        var call = tool.Arguments is { } given ? $"<code>{Text(given.GetRawText())}</code>" : "";
        Row(html, "tool", "Tool", $"<b>{Text(tool.Tool)}</b> {call}{(tool.Output is { } output ? $"<br>{Text(output.Trim())}" : "")}",
            tool.Status == ResultStatus.Completed ? "" : Shown(tool.Status, tool.Error), []);
    }

    private static void Tasks(StringBuilder html, CallReport report)
    {
        if (report.Tasks.IsEmpty) return;
        html.Append("<section aria-labelledby=\"tasks\"><h2 id=\"tasks\">Tasks beside the conversation</h2>\n");
        foreach (var task in report.Tasks.GroupBy(task => task.Task))
        {
            var results = task.ToList();
            html.Add($"<div class=\"task\"><h3>{Text(task.Key ?? "task")}</h3>\n");
            Result(html, results[^1]);
            if (results.Count > 1)
            {
                html.Add($"<details><summary>{results.Count - 1} earlier</summary>\n");
                foreach (var earlier in results.SkipLast(1)) Result(html, earlier);
                html.Append("</details>\n");
            }
            html.Append("</div>\n");
        }
        html.Append("</section>\n");
    }

    private static void Result(StringBuilder html, TaskCompleted task)
    {
        var figures = ((string?[])[$"turn {task.Turn}", Latency(task.LatencyMs), Cost(task.CostUsd),
            task.Status == ResultStatus.Completed ? null : Shown(task.Status, task.Error)]).OfType<string>();
        html.Add($"<p class=\"note\">{Text(string.Join(", ", figures))}</p>\n");
        if (task.Value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value) Value(html, value);
        else if (task.Text is { Length: > 0 } text) html.Add($"<p class=\"text\" dir=\"auto\">{Text(text)}</p>\n");
    }

    // The fields of a result by name; what is nested deeper is shown as JSON.
    private static void Value(StringBuilder html, JsonElement value)
    {
        if (Fields(value) is not { } fields)
        {
            html.Add($"<pre tabindex=\"0\" dir=\"auto\">{Text(Pretty(value))}</pre>\n");
            return;
        }
        html.Append("<dl class=\"value\">");
        foreach (var (name, field) in fields)
        {
            html.Add($"<div><dt>{Text(CallText.Plain(name))}</dt><dd dir=\"auto\">{Field(field)}</dd></div>\n");
        }
        html.Append("</dl>\n");
    }

    // HTML: a list of values, a table of objects without nested ones, and JSON for what is nested deeper.
    private static string Field(JsonElement field)
    {
        if (IsScalar(field)) return Scalar(field);
        List<JsonElement> items = field.ValueKind == JsonValueKind.Array ? [.. field.EnumerateArray().Take(MaxItems + 1)] : [];
        if (items.Count is > 0 and <= MaxItems && items.TrueForAll(IsScalar))
            return $"<ul>{string.Concat(items.Select(item => $"<li>{Scalar(item)}</li>"))}</ul>";
        var rows = items.Select(Fields).OfType<List<(string Name, JsonElement Value)>>().ToList();
        var names = rows.SelectMany(row => row.Select(cell => cell.Name)).Distinct().ToList();
        if (rows.Count == 0 || rows.Count < items.Count || rows.Count > MaxItems || names.Count > MaxColumns
            || !rows.TrueForAll(row => row.TrueForAll(cell => IsScalar(cell.Value))))
            return $"<pre tabindex=\"0\">{Text(Pretty(field))}</pre>";
        var head = string.Concat(names.Select(name => $"<th scope=\"col\">{Text(CallText.Plain(name))}</th>"));
        var body = string.Concat(rows.Select(row => $"<tr>{string.Concat(names.Select(name => Cell(row, name)))}</tr>"));
        return $"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>";
    }

    private static string Cell(List<(string Name, JsonElement Value)> row, string name) =>
        $"<td dir=\"auto\">{Scalar(row.Find(cell => cell.Name == name).Value)}</td>";

    private static bool IsScalar(JsonElement value) => value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);

    private static string Scalar(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? "–"
        : Text(JsonText.Of(value) ?? value.GetRawText());

    // Null: it is no object, or a name has half a surrogate pair.
    private static List<(string Name, JsonElement Value)>? Fields(JsonElement value)
    {
        try
        {
            return value.ValueKind != JsonValueKind.Object ? null
                : [.. value.EnumerateObject().Select(property => (property.Name, property.Value))];
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static void Json(StringBuilder html, string title, JsonElement json) =>
        html.Add($"<details><summary>{title}</summary><pre tabindex=\"0\">{Text(Pretty(json))}</pre></details>\n");

    private static string Pretty(JsonElement json)
    {
        try
        {
            return JsonSerializer.Serialize(json, Indented);
        }
        catch (InvalidOperationException)
        {
            return "not text"; // half a surrogate pair
        }
    }

    private static void Notices(StringBuilder html, CallReport report)
    {
        if (report.Notices.IsEmpty) return;
        html.Append("<section aria-labelledby=\"notices\"><h2 id=\"notices\">Notices</h2><ul class=\"notices\">\n");
        foreach (var notice in report.Notices)
        {
            html.Add($"""
                <li class="{(notice.Level is "warning" or "error" ? notice.Level : "info")}"><b>{Text(CallText.Plain(notice.Code))}</b>
                <span dir="auto">{Text(notice.Message)}</span></li>

                """);
        }
        html.Append("</ul></section>\n");
    }

    // text: HTML.
    private static void Row(StringBuilder html, string kind, string who, string text, string status, IEnumerable<string?> figures)
    {
        var note = status.Length > 0 ? $"<p class=\"status\">{Text(status)}</p>" : "";
        var words = text.Length == 0 ? "" : text.Length <= LongText ? $"<p class=\"text\" dir=\"auto\">{text}</p>"
            : $"<p class=\"text long\" dir=\"auto\" tabindex=\"0\">{text}</p>";
        var beside = string.Concat(figures.OfType<string>().Select(figure => $"<span>{Text(figure)}</span>"));
        html.Add($"""
            <div class="row {kind}"><span class="who">{who}</span><div>{words}{note}</div><span class="figures">{beside}</span></div>

            """);
    }

    private static string Marked(IEnumerable<TextPart> parts) =>
        string.Concat(parts.Select(part => part.Differs ? $"<mark>{Text(part.Text)}</mark>" : Text(part.Text)));

    private static string Footer(CallReport report) =>
        "Marked words differ between the two transcripts. Times count from the opening of the session, latencies from the commit of "
        + "the turn. Estimates are no charges."
        + (report.IsRedacted ? " Redacted: words in brackets stand for what was said; sound is left out." : "");

    private static string Shown(ResultStatus status, string? error) => status == ResultStatus.Completed ? ""
        : status.Words() + (error is null ? "" : $": {error}");

    private static string? Latency(long? ms) => ms is { } known ? CallText.Duration(known) : null;

    private static string? Cost(decimal? usd) => usd is { } known ? CallText.Usd(known) : null;

    private static string Name(Verdict? verdict) => verdict?.ToString().ToLowerInvariant() ?? "one witness";
}
