using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Telemetry;

// What SessionTrace keeps of a session while it is open.

/// <summary>The newest connection, or the last one that has ended.</summary>
internal sealed class TracedConnection(int number, SpanNumber span)
{
    public int Number => number;
    public SpanNumber Span => span;
    public bool IsConfigured { get; set; } // the server has accepted the settings
    public bool IsClosing { get; set; }
    public bool HasEnded { get; set; }
}

/// <summary>Speech that is not committed.</summary>
internal readonly record struct TracedSpeech(DateTimeOffset From, DateTimeOffset? To);

/// <summary>A turn whose span is open.</summary>
internal sealed class TracedTurn(SpanNumber span, ItemId item, DateTimeOffset committedAt)
{
    public SpanNumber Span => span;
    public ItemId Item => item;
    public DateTimeOffset CommittedAt { get; } = committedAt;
    public DateTimeOffset LastEnd { get; private set; } = committedAt;
    public int? Number { get; set; } // ours; null until it is known
    public DateTimeOffset? SpokenTo { get; init; }
    public DateTimeOffset? LastTranscriptAt { get; set; }
    public bool AwaitsAsr { get; set; }
    public DateTimeOffset? AsrLostAt { get; set; } // its connection ended: a new one may transcribe the turn under another item
    public TurnRecord? Record { get; set; }
    public bool HasAudio { get; set; } // of an answer
    public bool IsAnswered { get; set; }
    public SpanNumber? FailedAnswer { get; set; } // the last answer; the next one repeats it

    /// <summary>A part of it ends at this time.</summary>
    public void Until(DateTimeOffset at) => LastEnd = at > LastEnd ? at : LastEnd;
}

/// <summary>A turn whose span has ended.</summary>
internal readonly record struct EndedTurn(ItemId Item, int? Number, SpanNumber Span);

/// <summary>An out-of-band request that was sent. <c>Turn</c>: the item of its turn, as in <see cref="TracedTurn.Item"/>.</summary>
internal sealed record TracedRequest(
    SpanNumber Span, EventId? Event, string Task, ItemId Item, int Number, int Attempt, ItemId Turn, DateTimeOffset SentAt)
{
    public ResponseId? Response { get; set; }
}

/// <summary>A task whose result is open.</summary>
internal sealed record TracedTask(SpanNumber Span, string Task, int Number, ItemId Turn);

/// <summary>A response of the conversation, until its record.</summary>
internal sealed class TracedAnswer(ItemId? turn, DateTimeOffset from)
{
    public ItemId? Turn => turn; // as assumed when it began
    public DateTimeOffset From => from;
    public DateTimeOffset? FirstAudioAt { get; set; }
    public long SaidBytes { get; set; }
    public DateTimeOffset? DoneAt { get; set; }
    public ResponseState? End { get; set; }
    public bool IsLost { get; set; } // its connection ended before it did
    public List<string> Calls { get; } = []; // of functions, by their ids
}

/// <summary>A function call that has not returned.</summary>
internal readonly record struct TracedCall(ItemId? Turn, DateTimeOffset From);
