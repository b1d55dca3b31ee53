using System.Globalization;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>A session as text (docs/contract.md 4): blocks on <paramref name="output"/>, notices on <paramref name="errors"/>.</summary>
/// <param name="output">Blocks.</param>
/// <param name="errors">Notices.</param>
/// <param name="text">How words are marked.</param>
/// <param name="costs">Costs and latencies follow each block.</param>
/// <param name="onlySummary">Of the blocks, only the summary and the tables before it.</param>
public sealed class TextSink(TextWriter output, TextWriter errors, TerminalText text, bool costs, bool onlySummary = false) : IRecordSink
{
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture) { NewLine = output.NewLine };
    private readonly CostTables _tables = new();
    private Kind _last = Kind.Nothing;

    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public async Task WriteAsync(SessionRecord record)
    {
        switch (record)
        {
            case Activity { Kind: ActivityKind.SpeechStarted }:
                Client("[client] Speech detected; streaming...");
                break;
            case Activity { Kind: ActivityKind.SpeechStopped }:
                Client("[client] Detected silence; preparing transcript...");
                break;
            case TurnRecord turn:
                Turn(turn);
                break;
            case HeardAgain heard:
                Client($"[hearing] Turn {heard.Turn}: {Supported(heard)}");
                break;
            case AssistantReplied answer:
                Block("Assistant response",
                    Words(answer.Text, answer.Status == "completed" ? null
                    : $"<{OneLine(answer.Status)}{Because(answer.Error)}; {answer.HeardMs / 1000.0:0.0} s heard>"));
                if (costs) Line(Cost(answer.Usage, Modality.Text, answer.CostUsd));
                break;
            case TaskCompleted task:
                Block($"Task {OneLine(task.Task)} (turn {task.Turn})",
                    task.Status == ResultStatus.Completed ? Words(task.Value?.GetRawText() ?? task.Text, null)
                    : Missing(task.Status, task.Error)!);
                if (costs) Line(Cost(task.Usage, Modality.Text, task.CostUsd));
                break;
            case ToolCalled tool:
                Block($"Tool {OneLine(tool.Tool)}", tool.Status == ResultStatus.Completed ? Words(tool.Output, null)
                    : Missing(tool.Status, tool.Error)!);
                break;
            case Notice { Code: Mishearing.Code }:
                break; // shown with the turn
            case Notice { Code: "session_failed" }:
                break; // the command ends with this error, also where the session never began
            case Notice notice:
                // On another thread: whoever reads stderr may be slow.
                var line = $"{notice.Level.ToString().ToLowerInvariant()}: {TerminalText.Line(notice.Message)}";
                await Task.Run(() => errors.WriteLine(line)).ConfigureAwait(false);
                break;
            case SessionSummary summary:
                Summary(summary);
                break;
        }
        var text = _text.ToString();
        _text.GetStringBuilder().Clear();
        if (text.Length == 0 || onlySummary && record is not SessionSummary) return;
        await output.WriteAsync(text).ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
    }

    private void Turn(TurnRecord turn)
    {
        var amended = turn is TurnAmended ? ", amended" : "";
        var suspicions = turn.Flags.Where(TranscriptSuspicion.IsSuspicion).ToLookup(TranscriptSuspicion.IsOfAsr);
        var (model, asr) = turn is { Oob.Text: { } left, Asr.Text: { } right } ? text.Differences(left, right)
            : (Body(turn.Oob.Text), Body(turn.Asr.Text));
        Block($"User turn {turn.Turn} (Realtime transcript{amended})",
            Ended(model, Missing(turn.Oob.Status, turn.Oob.Error) ?? Suspect(suspicions[false])));
        if (costs) Line($"{Cost(turn.Oob.Usage, Modality.Text, turn.Oob.CostUsd)}{Latency(turn.Oob.LatencyMs)}");
        Block(
            $"User turn {turn.Turn} (Transcription model{amended})",
            Ended(asr, Missing(turn.Asr.Status, turn.Asr.Error) ?? Suspect(suspicions[true])));
        if (costs) Line($"{Cost(turn.Asr.Usage, Modality.Audio, turn.Asr.CostUsd)}{Latency(turn.Asr.LatencyMs)}");
        if (turn.Verdict == Verdict.Conflict) Client($"[hearing] Conflict: {TerminalText.Line(Mishearing.Difference(turn))}");
        _tables.Add(turn);
    }

    private static string? Suspect(IEnumerable<string> flags) =>
        string.Join(", ", flags) is { Length: > 0 } all ? $"<suspect: {all}>" : null;

    private static string Supported(HeardAgain heard)
    {
        var who = heard.Source == "caller" ? "the caller says again" : "the answer says";
        var witness = heard.SupportedBy switch
        {
            Witness.Oob => "as in the Realtime transcript",
            Witness.Asr => "as in the transcription model's",
            _ => "unlike both transcripts",
        };
        return $"{who} \"{TerminalText.Line(heard.Words)}\", {witness}";
    }

    private void Summary(SessionSummary s)
    {
        foreach (var (title, lines) in costs ? _tables.Of(s) : []) Block(title, string.Join(_text.NewLine, lines));

        Block("Session summary",
            string.Create(CultureInfo.InvariantCulture,
            $"{s.Turns} user turns, {s.Audio.SentMs / 1000.0:0.0} s of sound sent, {s.Audio.PlayedMs / 1000.0:0.0} s played"));
        if (s.Hearing is { } hearing && Hearing(hearing) is { } heard) Line(heard);
        foreach (var line in TextTable.Lines([.. Amounts(s)], "lrl")) Line(line);
        if (s.OobToAsr is { } times)
            Line(string.Create(CultureInfo.InvariantCulture,
                $"The Realtime transcripts cost {times:0.0} times the transcription model's."));
        if (s.OobUsdIfAudioBilled is not null) Line("The service did not bill the audio of some requests; see the estimate above.");
        if (s.Unpriced.Count > 0) Line($"Not counted (no known price): {string.Join(", ", s.Unpriced.Select(TerminalText.Line))}");
        if (s.Unreported > 0) Line($"Not counted (no usage reported): {s.Unreported} {(s.Unreported == 1 ? "result" : "results")}");
    }

    private static string? Hearing(HearingFigures h)
    {
        if (h.Agreed + h.Minor + h.Conflict + h.Suspect == 0) return null;
        var (oob, asr, neither) = h.Decided;
        var line = $"Transcripts: {h.Agreed} agree, {h.Minor} differ in words, {h.Conflict} in conflict, {h.Suspect} suspect";
        return oob + asr + neither == 0 ? line
            : $"{line}; later words support Realtime {oob}, transcription model {asr}, neither {neither}";
    }

    private static IEnumerable<string[]> Amounts(SessionSummary s)
    {
        yield return ["Realtime transcripts (out of band)", Money.Usd(s.Oob.Usd), $"{Money.Usd(s.Oob.PerTurnUsd)} per turn"];
        if (s.OobUsdIfAudioBilled is { } billed) yield return Estimate("had all audio been billed", billed, s.Turns);
        foreach (var other in s.OobUsdIfNarrower)
            yield return Estimate($"with --context {TerminalText.Line(other.Context)}", other.Usd, s.Turns);
        yield return ["Transcription model", Money.Usd(s.Asr.Usd), $"{Money.Usd(s.Asr.PerTurnUsd)} per turn"];
        yield return ["Conversation", Money.Usd(s.Conversation.Usd), ""];
        if (s.Tasks.ByTask.Count > 0) yield return ["Tasks", Money.Usd(s.Tasks.Usd), ""];
        foreach (var (task, usd) in s.Tasks.ByTask) yield return [$"  {TerminalText.Line(task)}", Money.Usd(usd), ""];
        yield return ["Total", Money.AtLeast(s.TotalUsd, s.Unpriced.Count > 0), ""];
    }

    private static string[] Estimate(string what, decimal? usd, int turns) =>
        [$"  {what} (estimate)", Money.Usd(usd), $"{Money.Usd(SessionReport.Method(usd, turns).PerTurnUsd)} per turn"];

    private void Block(string title, string body)
    {
        Part(Kind.Block);
        _text.WriteLine($"=== {title} ===");
        _text.WriteLine(body);
    }

    // Client lines follow each other directly, as do the lines of a block; a blank line separates everything else.
    private void Client(string line)
    {
        if (_last != Kind.Client) Part(Kind.Client);
        _text.WriteLine(line);
    }

    private void Line(string line) => _text.WriteLine(line);

    private void Part(Kind next)
    {
        if (_last != Kind.Nothing) _text.WriteLine();
        _last = next;
    }

    private static string Words(string? words, string? instead) => Ended(Body(words), instead);

    private static string? Body(string? words) => words is null ? null : TerminalText.Block(words);

    private static string Ended(string? words, string? instead) => (words, instead) switch
    {
        (null or "", null) => "<empty>",
        (null or "", _) => instead,
        (_, null) => words,
        _ => $"{words} {instead}",
    };

    /// <summary>What stands for a transcript that did not come; null: it came.</summary>
    internal static string? Missing(ResultStatus status, string? error) => status switch
    {
        ResultStatus.Completed => null,
        ResultStatus.TimedOut => $"<timed out{(error is null ? "" : " " + OneLine(error))}>",
        ResultStatus.Disabled => error == "budget" ? "<not asked: budget spent>" : $"<not asked{Because(error)}>",
        _ => $"<{status.ToString().ToLowerInvariant()}{Because(error)}>",
    };

    private static string Because(string? error) => error is null ? "" : $": {OneLine(error)}";

    private static string? OneLine(string? words) => words is null ? null : TerminalText.Line(words);

    private static string Cost(RawJson? usage, Modality unclaimed, decimal? usd)
    {
        var cost = usd is null ? "cost unknown" : Money.Usd(usd);
        return Usage.Read(usage, unclaimed) is not { } used ? cost
            : Money.Used(used) is { } words ? $"{words}: {cost}" : "no usage reported";
    }

    private static string Latency(long? ms) => ms is null ? "" : $", after {ms} ms";

    private enum Kind
    {
        Nothing,
        Client,
        Block,
    }
}
