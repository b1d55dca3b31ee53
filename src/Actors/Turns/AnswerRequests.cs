using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// Our requests for an answer. Only one response at a time may write to the conversation (docs/protocol.md 6.2), so at most one request
/// is open, that is without <c>response.created</c>, and at most one waits for the response in progress.
/// </summary>
public readonly record struct AnswerRequests
{
    // A request that the server refuses for a response we do not see is repeated so often, after 0.25 s, 0.5 s, 1 s, 2 s and 4 s.
    private const int MaxRefusals = 5;
    private const string LastKey = "last_words";

    private static readonly IReadOnlyDictionary<string, string> LastMetadata = new Dictionary<string, string> { [LastKey] = "1" };
    private static readonly Backoff Wait = new(TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(4));

    /// <summary>Number of requests sent so far.</summary>
    public int Sent { get; private init; }

    /// <summary>When the open request was sent; null: none is open.</summary>
    public TimeSpan? OpenSince { get; private init; }

    /// <summary>A request follows when the response in progress is done.</summary>
    public bool IsWaiting { get; private init; }

    /// <summary>When a request follows at the latest; null: no time is set.</summary>
    public TimeSpan? DueAt { get; private init; }

    /// <summary>The caller has begun to speak while the request was open: its answer comes too late.</summary>
    public bool IsSpokenOver { get; private init; }

    /// <summary>The assistant says its last words, or nothing more: no other answer is wanted.</summary>
    public bool IsLast { get; private init; }

    private string? LastWords { get; init; } // the instructions for them
    private bool ForAudio { get; init; } // the next request names audio as the output
    private int Refusals { get; init; } // in a row, because of a response in progress
    private int Refused { get; init; } // number of the last request that was given up

    /// <summary>No request is open, waits or is due.</summary>
    public bool IsIdle => OpenSince is null && !IsWaiting && DueAt is null;

    /// <summary>Something new is to be answered.</summary>
    public AnswerRequests Want() => IsLast ? this : this with { IsWaiting = true, Refusals = 0 };

    /// <summary>From now on only the last words are requested, by these instructions; null: nothing is.</summary>
    public AnswerRequests SayLast(string? instructions) =>
        this with { IsLast = true, LastWords = instructions, IsWaiting = instructions is not null, DueAt = null, Refusals = 0 };

    /// <summary>The conversation goes on after all.</summary>
    public AnswerRequests GoOn() => this with { IsLast = false, LastWords = null };

    /// <summary>Whether a response is the last words.</summary>
    public static bool AreLastWords(ResponseState response) => response.Metadata?.ContainsKey(LastKey) == true;

    /// <summary>The same is to be answered again, at <paramref name="at"/>, or as soon as possible.</summary>
    public AnswerRequests Repeat(TimeSpan? at, bool forAudio = false) =>
        this with { IsWaiting = IsWaiting || at is null, DueAt = at ?? DueAt, ForAudio = ForAudio || forAudio, Refusals = 0 };

    /// <summary>The request to send now; null: none waits, or it must wait.</summary>
    public (AnswerRequests Next, CreateResponse? Event) Send(bool isBusy, TimeSpan now)
    {
        var due = this with { IsWaiting = IsWaiting || DueAt <= now, DueAt = DueAt <= now ? null : DueAt };
        if (!due.IsWaiting || isBusy || OpenSince is not null) return (due, null);
        var sent = due with { Sent = Sent + 1, OpenSince = now, IsWaiting = false, ForAudio = false, IsSpokenOver = false };
        var request = LastWords is { } last ? new ResponseRequest(Instructions: last, Metadata: LastMetadata)
            : ForAudio ? new ResponseRequest(OutputModalities: ["audio"]) : null;
        return (sent, new CreateResponse(request) { EventId = sent.Id });
    }

    /// <summary>
    /// A response began. It answers the open request, if there is one; a request that was refused because of it waits for its end.
    /// </summary>
    public AnswerRequests Created() =>
        this with { OpenSince = null, IsSpokenOver = false, DueAt = null, IsWaiting = IsWaiting || (Refusals > 0 && DueAt is not null) };

    /// <summary>The open request is given up: it was refused, or not answered in time.</summary>
    public AnswerRequests GiveUp() => this with { OpenSince = null, IsSpokenOver = false, Refused = Sent };

    /// <summary>The caller speaks.</summary>
    public AnswerRequests SpeakOver() => this with { IsSpokenOver = OpenSince is not null };

    /// <summary>What the caller said is committed: an answer from now on includes it.</summary>
    public AnswerRequests Acknowledge() => this with { IsSpokenOver = false };

    /// <summary>The connection is gone, and with it every request.</summary>
    public AnswerRequests Disconnected() => new()
    {
        Sent = Sent, Refused = Refused, IsLast = IsLast, LastWords = LastWords, IsWaiting = LastWords is not null && !IsIdle,
    };

    /// <summary>
    /// Whether this error refuses the last request, and because of a response in progress. The service leaves out the event id and
    /// the code at times (docs/protocol.md 9.1); a request is refused once, maybe after another response has begun.
    /// </summary>
    public (bool IsOurs, bool IsOverlap) Judge(ErrorDetail error)
    {
        var overlaps = ErrorSubject.IsActiveResponse(error);
        var isOurs = Sent > Refused && (error.EventId is { } named ? EventId.Of(named) == Id : overlaps);
        return (isOurs, overlaps);
    }

    /// <summary>
    /// The last request is refused because of a response in progress: it is sent again after that, or after a wait if
    /// <paramref name="isBusy"/> is false: we see none. Null: it was refused too often.
    /// </summary>
    public AnswerRequests? Overlap(bool isBusy, TimeSpan now)
    {
        var next = GiveUp() with { Refusals = Refusals + 1 };
        if (next.Refusals > MaxRefusals) return null;
        return isBusy ? next with { IsWaiting = true } : next with { DueAt = now + Wait.After(Refusals) };
    }

    private EventId Id => EventId.Of($"turn_answer_{Sent}");
}
