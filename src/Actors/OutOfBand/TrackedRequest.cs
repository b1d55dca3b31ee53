using System.Collections.Immutable;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>The state of one request, from asking to its terminal result, over all its attempts.</summary>
/// <param name="Request">The request.</param>
/// <param name="AskedAt">When the tracker received it.</param>
/// <param name="Order">Position in the queue: by priority, then by age.</param>
public sealed record TrackedRequest(OutOfBandRequest Request, TimeSpan AskedAt, (int Priority, long Number) Order)
{
    /// <summary>Whether it is a task; transcripts and tasks have separate queues.</summary>
    public bool IsTask => Request.Task != OutOfBandRequest.Transcription;

    /// <summary>Every attempt, oldest first.</summary>
    public ImmutableArray<Attempt> Attempts { get; init; } = [];

    /// <summary>When the next attempt may be sent; null while an attempt is in flight or the request is closed.</summary>
    public TimeSpan? NotBefore { get; init; } = AskedAt;

    /// <summary>Failed attempts so far; attempts that are repeated only because they were void do not count.</summary>
    public int Failures { get; init; }

    /// <summary>The last invalid answer and why it is invalid, for the next attempt to quote; null: none.</summary>
    public (string Answer, string Wrong)? Repair { get; init; }

    /// <summary>The cost of all attempts so far, in US dollars; null once one of them has no price or no usage.</summary>
    public decimal? CostUsd { get; init; } = 0m;

    /// <summary>The terminal result and when it was reported; null while open.</summary>
    public (OutOfBandResult Result, TimeSpan At)? Outcome { get; init; }

    /// <summary>Whether the result is still to come.</summary>
    public bool IsOpen => Outcome is null;

    /// <summary>Whether an attempt is at the server.</summary>
    public bool InFlight => IsOpen && NotBefore is null;

    /// <summary>The result was reported and every attempt is over.</summary>
    public bool IsSettled => !IsOpen && Attempts.All(a => a.Over);

    /// <summary>Whether it is for the same task and item as <paramref name="request"/>.</summary>
    public bool IsFor(OutOfBandRequest request) => Request.Task == request.Task && Request.Item == request.Item;

    /// <summary>After a newer commit, attempts that may refer to the newer item are void; if the latest is, the request is due.</summary>
    public TrackedRequest Overtaken(TimeSpan now)
    {
        var judged = this with { Attempts = Attempts.ConvertAll(a => a.MayBeOvertaken ? a with { Void = true } : a) };
        return InFlight && judged.Attempts[^1].Void && !Attempts[^1].Void ? judged with { NotBefore = now } : judged;
    }

    /// <summary>The same request with one attempt replaced.</summary>
    public TrackedRequest With(Attempt attempt) => this with { Attempts = Attempts.SetItem(attempt.Number - 1, attempt) };
}

/// <summary>One <c>response.create</c>.</summary>
/// <param name="Number">From 1; part of the request's metadata.</param>
/// <param name="EventId">The id we chose; a rejection refers to it.</param>
/// <param name="Context">What it shows the model, for the record.</param>
/// <param name="NamesItems">Whether it lists its items; if not, it refers to the newest item when the server reads it.</param>
public sealed record Attempt(int Number, EventId EventId, string Context, bool NamesItems)
{
    /// <summary>When it was sent; null while it waits to be.</summary>
    public TimeSpan? LeftAt { get; init; }

    /// <summary>The server's id for it, once created.</summary>
    public ResponseId? Response { get; init; }

    /// <summary>The text received so far; null: none.</summary>
    public string? Said { get; init; }

    /// <summary>Characters of its text so far, in whole steps.</summary>
    public int Written { get; init; }

    /// <summary>Its result is ignored: it may refer to a newer user item.</summary>
    public bool Void { get; init; }

    /// <summary>Done or rejected.</summary>
    public bool Over { get; init; }

    /// <summary>It refers to the newest item when the server reads it, and the server has not confirmed it yet.</summary>
    public bool MayBeOvertaken => this is { NamesItems: false, Response: null, Void: false };
}
