using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by CostLedgerActor. It charges what it hears on the wire (<see cref="ConnectionFacts.Received"/>).</summary>
public static class LedgerMessages
{
    /// <summary>The session is open: say where the budget stands, which the day's other sessions may have spent already.</summary>
    public sealed record Begin;

    /// <summary>A turn or an answer as it was told. It charges nothing; estimates are made of it.</summary>
    public sealed record Told(SessionRecord Record);

    /// <summary>Answered with <see cref="Totals"/>.</summary>
    public sealed record GetTotals;

    /// <summary>
    /// US dollars by purpose, exact; null where something used has no price. <c>Total</c> is everything that is known, together,
    /// also what is known of a purpose with a null. <c>Unreported</c> counts results without usage, or whose usage could not be charged; <c>TranscriptionIfAudioBilled</c>
    /// is null where every transcription reported its audio.
    /// </summary>
    public sealed record Totals(
        decimal? Transcription, decimal? Asr, decimal? Conversation, TaskCosts Tasks, decimal Total,
        IReadOnlyList<string> Unpriced, int Unreported, decimal? TranscriptionIfAudioBilled, IReadOnlyList<ContextCost> Narrower)
    {
        /// <summary>The bill of nothing.</summary>
        public static Totals None { get; } = new(0, 0, 0, TaskCosts.None, 0, [], 0, null, []);
    }
}
