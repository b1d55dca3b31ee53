using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Telemetry;

// What SessionTrace keeps of a session while it is open.

/// <summary>The newest connection, or the last one that has ended. <c>IsConfigured</c>: the server has accepted the settings.</summary>
internal sealed record TracedConnection(int Number, SpanNumber Span)
{
    public bool IsConfigured { get; init; }
    public bool IsClosing { get; init; }
    public bool HasEnded { get; init; }
}

/// <summary>Speech that is not committed.</summary>
internal readonly record struct TracedSpeech(DateTimeOffset From, DateTimeOffset? To);

/// <summary>A turn whose span is open. <c>Number</c>: ours; null until it is known.</summary>
internal sealed record TracedTurn(SpanNumber Span, ItemId Item, DateTimeOffset CommittedAt, DateTimeOffset LastEnd)
{
    public int? Number { get; init; }
    public DateTimeOffset? SpokenTo { get; init; }
    public DateTimeOffset? LastTranscriptAt { get; init; }
    public bool AwaitsAsr { get; init; }
    public DateTimeOffset? AsrLostAt { get; init; } // its connection ended: a new one may transcribe the turn under another item
    public TurnRecord? Record { get; init; }
    public bool HasAudio { get; init; } // of an answer
    public bool IsAnswered { get; init; }
    public SpanNumber? FailedAnswer { get; init; } // the last answer; the next one repeats it

    public TracedTurn Until(DateTimeOffset at) => at > LastEnd ? this with { LastEnd = at } : this;
}

/// <summary>A turn whose span has ended.</summary>
internal readonly record struct EndedTurn(ItemId Item, int? Number, SpanNumber Span);

/// <summary>An out-of-band request that was sent. <c>Turn</c>: the item of its turn, as in <see cref="TracedTurn.Item"/>.</summary>
internal sealed record TracedRequest(
    SpanNumber Span, EventId? Event, string Task, ItemId Item, int Number, int Attempt, ItemId Turn, DateTimeOffset SentAt)
{
    public ResponseId? Response { get; init; }
}

/// <summary>A task whose result is open.</summary>
internal sealed record TracedTask(SpanNumber Span, string Task, int Number, ItemId Turn);

/// <summary>A response of the conversation, until its record. <c>Turn</c>: as assumed when it began.</summary>
internal sealed record TracedAnswer(ResponseId Id, ItemId? Turn, DateTimeOffset From)
{
    public DateTimeOffset? FirstAudioAt { get; init; }
    public long SaidBytes { get; init; }
    public DateTimeOffset? DoneAt { get; init; }
    public ResponseState? End { get; init; }
    public bool IsLost { get; init; } // its connection ended before it did
    public ImmutableArray<(string Id, string? Name)> Calls { get; init; } = [];
}

/// <summary>A function call that has not returned.</summary>
internal sealed record TracedCall(ItemId? Turn, DateTimeOffset From);
