using System.Globalization;
using RealtimeAkka.Actors;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Host.Sinks;

/// <summary>A session as a person reads it (CONTRACT section 3): blocks on <paramref name="output"/>, notices on <paramref name="errors"/>.</summary>
public sealed class TextSink(TextWriter output, TextWriter errors, TerminalText text, bool costs) : IRecordSink
{
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
            case AssistantReplied answer:
                Block("Assistant response", Words(Safe(answer.Text), answer.Status == "completed" ? null : $"<{Safe(answer.Status)}{Because(answer.Error)}; {answer.HeardMs / 1000.0:0.0} s heard>"));
                if (costs) Line(Cost(answer.CostUsd));
                break;
            case TaskCompleted task:
                Block($"Task {Safe(task.Task)} (turn {task.Turn})", task.Status == ResultStatus.Completed ? Safe(task.Value?.GetRawText() ?? task.Text)! : Missing(task.Status, task.Error)!);
                if (costs) Line(Cost(task.CostUsd));
                break;
            case Notice notice:
                await errors.WriteLineAsync($"{notice.Level.ToString().ToLowerInvariant()}: {TerminalText.Safe(notice.Message)}").ConfigureAwait(false);
                await errors.FlushAsync().ConfigureAwait(false);
                break;
            case SessionSummary summary:
                Summary(summary);
                break;
        }
        await output.FlushAsync().ConfigureAwait(false);
    }

    private void Turn(TurnRecord turn)
    {
        var amended = turn is TurnAmended ? ", amended" : "";
        var (model, asr) = turn is { Oob.Text: { } left, Asr.Text: { } right } ? text.Differences(left, right) : (Safe(turn.Oob.Text), Safe(turn.Asr.Text));
        Block($"User turn {turn.Turn} (Realtime transcript{amended})", Words(model, Missing(turn.Oob.Status, turn.Oob.Error)));
        if (costs) Line($"{Cost(turn.Oob.CostUsd)}{Latency(turn.Oob.LatencyMs)}");
        Block($"User turn {turn.Turn} (Transcription model{amended})", Words(asr, Missing(turn.Asr.Status, turn.Asr.Error)));
        if (costs) Line($"{Cost(turn.Asr.CostUsd)}{Latency(turn.Asr.LatencyMs)}");
    }

    private void Summary(SessionSummary s)
    {
        Block("Session summary", string.Create(CultureInfo.InvariantCulture, $"{s.Turns} user turns, {s.Audio.SentMs / 1000.0:0.0} s of sound sent, {s.Audio.PlayedMs / 1000.0:0.0} s played"));
        Line($"Realtime transcripts (out of band)  {Usd(s.Oob.Usd)}  {Usd(s.Oob.PerTurnUsd)} per turn");
        Line($"Transcription model                 {Usd(s.Asr.Usd)}  {Usd(s.Asr.PerTurnUsd)} per turn");
        Line($"Conversation                        {Usd(s.Conversation.Usd)}");
        if (s.Tasks.Usd != 0) Line($"Tasks                               {Usd(s.Tasks.Usd)}");
        Line($"Total                               {Usd(s.TotalUsd)}");
        if (s.OobToAsr is { } times) Line(string.Create(CultureInfo.InvariantCulture, $"The Realtime transcripts cost {times:0.0} times the transcription model's."));
        if (s.OobUsdIfAudioBilled is { } billed) Line($"Some requests reported no audio tokens for the audio they heard; at 10 tokens per second the Realtime transcripts would cost {Usd(billed)}.");
        if (s.Unpriced.Count > 0) Line($"Without a price, and not counted: {string.Join(", ", s.Unpriced.Select(TerminalText.Safe))}");
        if (s.Unreported > 0) Line($"Results without usage, and not counted: {s.Unreported}");
    }

    private void Block(string title, string body)
    {
        Part(Kind.Block);
        output.WriteLine($"=== {title} ===");
        output.WriteLine(body);
    }

    // The client's lines stand together, and so does what belongs to a block; a blank line parts everything else.
    private void Client(string line)
    {
        if (_last != Kind.Client) Part(Kind.Client);
        output.WriteLine(line);
    }

    private void Line(string line) => output.WriteLine(line);

    private void Part(Kind next)
    {
        if (_last != Kind.Nothing) output.WriteLine();
        _last = next;
    }

    private static string Words(string? words, string? instead) => (words, instead) switch
    {
        (null or "", null) => "<empty>",
        (null or "", _) => instead,
        (_, null) => words,
        _ => $"{words} {instead}",
    };

    private static string? Missing(ResultStatus status, string? error) => status switch
    {
        ResultStatus.Completed => null,
        ResultStatus.TimedOut => $"<timed out{(error is null ? "" : " " + Safe(error))}>",
        _ => $"<{status.ToString().ToLowerInvariant()}{Because(error)}>",
    };

    private static string Because(string? error) => error is null ? "" : $": {Safe(error)}";

    private static string? Safe(string? words) => words is null ? null : TerminalText.Safe(words);

    private static string Cost(decimal? usd) => usd is null ? "cost unknown" : Usd(usd);

    private static string Latency(long? ms) => ms is null ? "" : $", after {ms} ms";

    private static string Usd(decimal? usd) => usd is { } known ? "$" + known.ToString("F6", CultureInfo.InvariantCulture) : "unknown  ";

    private enum Kind
    {
        Nothing,
        Client,
        Block,
    }
}
