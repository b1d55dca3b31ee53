namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by CostLedgerActor. It charges what it hears on the wire (<see cref="ConnectionFacts.Received"/>).</summary>
public static class LedgerMessages
{
    /// <summary>A transcription heard this much audio and reported no audio tokens.</summary>
    public sealed record AudioNotReported(TimeSpan Audio);

    /// <summary>Answered with <see cref="Totals"/>.</summary>
    public sealed record GetTotals;

    /// <summary>
    /// US dollars by purpose, exact; null where a model has no price. <c>TranscriptionIfAudioBilled</c> is null where every request reported its audio;
    /// <c>Unreported</c> counts results without usage.
    /// </summary>
    public sealed record Totals(
        decimal? Transcription, decimal? Asr, decimal? Conversation, decimal? Tasks,
        IReadOnlyList<string> Unpriced, int Unreported, decimal? TranscriptionIfAudioBilled)
    {
        /// <summary>Everything that is known, together.</summary>
        public decimal Total => (Transcription ?? 0) + (Asr ?? 0) + (Conversation ?? 0) + (Tasks ?? 0);
    }
}
