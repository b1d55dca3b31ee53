using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>One request from the asking to its terminal result, over all its attempts.</summary>
/// <param name="Request">What is asked.</param>
/// <param name="AskedAt">When it came to the desk.</param>
/// <param name="Order">Its place among the waiting: by priority, then by age.</param>
public sealed record OutOfBandTicket(OutOfBandRequest Request, TimeSpan AskedAt, (int Priority, long Number) Order)
{
    /// <summary>Transcripts and tasks wait apart from each other.</summary>
    public bool IsTask => Request.Task != OutOfBandRequest.Transcription;

    /// <summary>Every try, oldest first.</summary>
    public ImmutableList<Attempt> Attempts { get; init; } = [];

    /// <summary>What the next attempt waits for; null while an attempt is under way or the ticket is closed.</summary>
    public TimeSpan? NotBefore { get; init; } = AskedAt;

    /// <summary>Attempts that failed so far; tries that only had to be repeated for their context do not count.</summary>
    public int Failures { get; init; }

    /// <summary>What came did not look as it has to, and why; the next attempt tells the model. Null: nothing so far.</summary>
    public (string Answer, string Wrong)? Repair { get; init; }

    /// <summary>The cost of all attempts so far, in US dollars; null once one of them has no price or no usage.</summary>
    public decimal? CostUsd { get; init; } = 0m;

    /// <summary>The terminal result and when it was told; null while open.</summary>
    public (OutOfBandResult Result, TimeSpan At)? Closed { get; init; }

    /// <summary>Whether a result is still owed.</summary>
    public bool IsOpen => Closed is null;

    /// <summary>Whether an attempt of it is at the server.</summary>
    public bool InFlight => IsOpen && NotBefore is null;

    /// <summary>Its result is told and every attempt is over.</summary>
    public bool IsSettled => !IsOpen && Attempts.TrueForAll(a => a.Over);

    /// <summary>Whether it asks the same as <paramref name="request"/>.</summary>
    public bool IsFor(OutOfBandRequest request) => Request.Task == request.Task && Request.Item == request.Item;

    /// <summary>The same ticket after a newer commit: what may have been meant for that one counts for nothing; it is asked again if nothing else is under way.</summary>
    public OutOfBandTicket Overtaken(TimeSpan now)
    {
        var judged = this with { Attempts = Attempts.ConvertAll(a => a.MayBeOvertaken ? a with { Void = true } : a) };
        return InFlight && judged.Attempts[^1].Void && !Attempts[^1].Void ? judged with { NotBefore = now } : judged;
    }

    /// <summary>The same ticket with one attempt replaced.</summary>
    public OutOfBandTicket With(Attempt attempt) => this with { Attempts = Attempts.SetItem(attempt.Number - 1, attempt) };
}

/// <summary>One <c>response.create</c>.</summary>
/// <param name="Number">From 1; stands in the request's metadata.</param>
/// <param name="EventId">Ours; a rejection names it.</param>
/// <param name="Context">What it shows the model, for the record.</param>
/// <param name="NamesItems">Whether it lists its items; if not, it means whatever is newest when the server reads it.</param>
public sealed record Attempt(int Number, EventId EventId, string Context, bool NamesItems)
{
    /// <summary>When it left for the wire; null while it waits for that.</summary>
    public TimeSpan? LeftAt { get; init; }

    /// <summary>The server's name for it, once it is created.</summary>
    public ResponseId? Response { get; init; }

    /// <summary>What it said so far; null: nothing.</summary>
    public string? Said { get; init; }

    /// <summary>Its result counts for nothing: a newer user item may have taken the place of ours.</summary>
    public bool Void { get; init; }

    /// <summary>Done or rejected.</summary>
    public bool Over { get; init; }

    /// <summary>It means whatever is newest when the server reads it, and the server has not said yet that it did.</summary>
    public bool MayBeOvertaken => this is { NamesItems: false, Response: null, Over: false, Void: false };
}
