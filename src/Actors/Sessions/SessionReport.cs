using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sessions;

/// <summary>The figures of a session as its stations report them at the end; each is null until its station has reported.</summary>
public sealed record SessionReport(
    LedgerMessages.Totals? Bill = null, MicMessages.Report? Mic = null, PlaybackMessages.Report? Playback = null)
{
    /// <summary>How the transcripts agreed.</summary>
    public HearingFigures Hearing { get; init; } = HearingFigures.None;

    /// <summary>All stations have reported.</summary>
    public bool IsComplete => Bill is not null && Mic is not null && Playback is not null;

    /// <summary>The summary record; stations that never reported count as zero.</summary>
    public SessionSummary Summarize(SessionFacts facts, int turns, int reconnects, TimeSpan length, ExitKind exit)
    {
        var (bill, format) = (Bill ?? LedgerMessages.Totals.None, facts.Format);
        return new SessionSummary(
            facts.Id.Value, turns,
            Method(bill.Transcription, turns), Method(bill.Asr, turns), new Amount(bill.Conversation), bill.Tasks, bill.Total,
            Times(bill.Transcription, bill.Asr),
            bill.Unpriced, bill.Unreported, bill.TranscriptionIfAudioBilled, bill.Narrower,
            new AudioFigures(
                format.Milliseconds(Mic?.SentBytes ?? 0), (long)(Mic?.Muted ?? TimeSpan.Zero).TotalMilliseconds,
                format.Milliseconds(Mic?.DroppedBytes ?? 0), format.Milliseconds(Playback?.HeardBytes ?? 0),
                format.Milliseconds(Playback?.LostBytes ?? 0)),
            (long)length.TotalMilliseconds, reconnects,
            exit.ToString().ToLowerInvariant(), Hearing, facts.Source);
    }

    /// <summary>A method's cost in USD, in total and per turn.</summary>
    public static MethodCost Method(decimal? usd, int turns) => new(usd, turns == 0 ? 0 : usd / turns);

    /// <summary>Cost of the out-of-band transcripts divided by that of the built-in ones; null if unknown or divided by 0.</summary>
    public static double? Times(decimal? oob, decimal? asr) => asr > 0 && oob is not null ? Math.Round((double)(oob / asr), 2) : null;
}
