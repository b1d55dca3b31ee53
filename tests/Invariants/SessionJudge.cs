using RealtimeAkka.Invariants.Output;
using RealtimeAkka.Invariants.Rules;
using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants;

/// <summary>What one session left behind: what went over the wire, and what it told.</summary>
public sealed record SessionEvidence(WireLog Wire, SessionOutput Output, SessionBounds Bounds);

/// <summary>The bounds the session was configured with.</summary>
/// <param name="MaxInFlight">Transcriptions at the server at once.</param>
/// <param name="TasksInFlight">Other out-of-band requests at the server at once: they have places of their own.</param>
/// <param name="PlaybackLimitMs">Sound that may wait to be heard.</param>
public sealed record SessionBounds(int MaxInFlight = 4, int TasksInFlight = 2, long PlaybackLimitMs = 120_000);

/// <summary>
/// Judges a session by its wire log and its <c>--json</c> output alone. It shares no code with the program: whoever judges must not
/// be wrong in the same way.
/// </summary>
public static class SessionJudge
{
    private static readonly Func<SessionEvidence, IEnumerable<string>>[] Rules =
    [
        TurnsAreTold.Violations, TurnsAreInOrder.Violations, TextsAreTheirItems.Violations, RequestsNameTheirItem.Violations,
        UsageIsChargedOnce.Violations, SentEventsAreValid.Violations, QueuesStayBounded.Violations, PlayedSoundIsTheConversations.Violations,
    ];

    /// <summary>
    /// Every violation as a sentence; empty for a good session. <paramref name="wire"/> is <c>wire.jsonl</c>, <paramref name="output"/>
    /// what stood on stdout, line by line; a torn last line is passed over.
    /// </summary>
    public static IReadOnlyList<string> Judge(IEnumerable<string> wire, IEnumerable<string> output, SessionBounds? bounds = null)
    {
        var evidence = new SessionEvidence(WireLog.Read(wire), SessionOutput.Read(output), bounds ?? new SessionBounds());
        return [.. Rules.SelectMany(rule => rule(evidence))];
    }
}
