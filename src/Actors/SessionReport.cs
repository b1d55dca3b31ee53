using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors;

/// <summary>The figures of a session as its stations report them at the end; each is null until it has.</summary>
public sealed record SessionReport(LedgerMessages.Totals? Bill = null, MicMessages.Report? Mic = null, PlaybackMessages.Report? Playback = null)
{
    /// <summary>All stations have reported.</summary>
    public bool IsComplete => Bill is not null && Mic is not null && Playback is not null;

    /// <summary>The summary record; stations that never reported count as zero.</summary>
    public SessionSummary Summarize(SessionFacts facts, int turns, int reconnects, ExitKind exit)
    {
        var bill = Bill ?? new LedgerMessages.Totals(0, 0, 0, 0, [], 0, null);
        return new SessionSummary(
            facts.Id.Value, turns,
            Method(bill.Transcription, turns), Method(bill.Asr, turns), new Amount(bill.Conversation), new Amount(bill.Tasks), bill.Total,
            bill is { Asr: > 0 and var asr, Transcription: { } model } ? Math.Round((double)(model / asr), 2) : null,
            bill.Unpriced, bill.Unreported, bill.TranscriptionIfAudioBilled,
            new AudioFigures(
                Pcm.Milliseconds(Mic?.SentBytes ?? 0), (long)(Mic?.Muted ?? TimeSpan.Zero).TotalMilliseconds,
                Pcm.Milliseconds(Mic?.DroppedBytes ?? 0), Pcm.Milliseconds(Playback?.HeardBytes ?? 0),
                Pcm.Milliseconds(Playback?.LostBytes ?? 0)),
            reconnects,
            exit.ToString().ToLowerInvariant());
    }

    private static MethodCost Method(decimal? usd, int turns) => new(usd, turns == 0 ? 0 : usd / turns);
}
