using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by CostLedgerActor. It charges the usage in events from the server (<see cref="ConnectionFacts.Received"/>).</summary>
public static class LedgerMessages
{
    /// <summary>The session is open: report where the budget stands, since the day's other sessions may have spent it already.</summary>
    public sealed record Begin;

    /// <summary>A turn or an answer as published. Nothing is charged for it; estimates use it.</summary>
    public sealed record Published(SessionRecord Record);

    /// <summary>Answered with <see cref="Totals"/>.</summary>
    public sealed record GetTotals;

    /// <summary>Where the budget of the session's tenant stands, which its other calls spend as well.</summary>
    public sealed record OfTenant(TenantBudget Budget);

    /// <summary>
    /// US dollars by purpose, exact; null if something used has no price. <c>Total</c> is the sum of all known costs, including
    /// the known part of a purpose that is null. <c>Unreported</c> counts results whose usage is missing or could not be charged.
    /// <c>TranscriptionIfAudioBilled</c> is null if every transcription reported its audio.
    /// </summary>
    public sealed record Totals(
        decimal? Transcription, decimal? Asr, decimal? Conversation, TaskCosts Tasks, decimal Total,
        IReadOnlyList<string> Unpriced, int Unreported, decimal? TranscriptionIfAudioBilled, IReadOnlyList<ContextCost> Narrower)
    {
        /// <summary>No costs.</summary>
        public static Totals None { get; } = new(0, 0, 0, TaskCosts.None, 0, [], 0, null, []);
    }
}
