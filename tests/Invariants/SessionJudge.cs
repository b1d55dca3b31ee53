using RealtimeAkka.Invariants.Output;
using RealtimeAkka.Invariants.Rules;
using RealtimeAkka.Invariants.Wire;

namespace RealtimeAkka.Invariants;

/// <summary>Evidence of one session: its wire log and its output.</summary>
public sealed record SessionEvidence(WireLog Wire, SessionOutput Output, SessionBounds Bounds);

/// <summary>The configured bounds of the session.</summary>
/// <param name="MaxInFlight">Maximum transcription requests in flight.</param>
/// <param name="TasksInFlight">Maximum of other out-of-band requests in flight, counted separately.</param>
/// <param name="PlaybackLimitMs">Maximum queued playback audio in ms.</param>
/// <param name="AnswerWithin">Seconds from a request to its response, after which it is given up.</param>
public sealed record SessionBounds(
    int MaxInFlight = 4, int TasksInFlight = 2, long PlaybackLimitMs = 120_000, double AnswerWithin = 5);

/// <summary>
/// Judges a session by its wire log and its <c>--json</c> output alone. It shares no code with the program, so that an
/// error there is not repeated here.
/// </summary>
public static class SessionJudge
{
    private static readonly Func<SessionEvidence, IEnumerable<string>>[] Rules =
    [
        TurnsAreTold.Violations, TurnsAreInOrder.Violations, TextsAreTheirItems.Violations, RequestsNameTheirItem.Violations,
        UsageIsChargedOnce.Violations, SentEventsAreValid.Violations, QueuesStayBounded.Violations,
        PlayedSoundIsTheConversations.Violations,
    ];

    /// <summary>
    /// Every violation as a sentence; empty for a valid session. <paramref name="wire"/> is <c>wire.jsonl</c>, <paramref name="output"/>
    /// the lines of stdout; a truncated last line is skipped.
    /// </summary>
    public static IReadOnlyList<string> Judge(IEnumerable<string> wire, IEnumerable<string> output, SessionBounds? bounds = null)
    {
        var evidence = new SessionEvidence(WireLog.Read(wire), SessionOutput.Read(output), bounds ?? new SessionBounds());
        return [.. Rules.SelectMany(rule => rule(evidence))];
    }
}
