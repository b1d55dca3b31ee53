using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.Hosting.Telemetry.TraceAttributes;
using Attributes = System.Collections.Immutable.ImmutableArray<System.Collections.Generic.KeyValuePair<string, object?>>;
using Links = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Telemetry.SpanReference>;
using Step = RealtimeAkka.Actors.Stations.Step<
    RealtimeAkka.Hosting.Telemetry.SessionTrace, RealtimeAkka.Hosting.Telemetry.TelemetryDecision>;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>
/// The spans and measurements of one session (docs/telemetry.md), from what passes its ports anyway: the events on the wire, the ends of
/// connections, the records. An immutable value; every fact comes with its time and gives the next trace and what to report.
/// <para>
/// The session and its turns begin early, because others refer to them. Out-of-band requests begin when they are sent, since a repeated
/// one refers to the one before. All other spans are reported at their end, when it is known which turn they belong to.
/// </para>
/// </summary>
public sealed partial record SessionTrace(TraceFacts Facts)
{
    private const string Chat = "chat", Transcribe = "transcription", ExecuteTool = "execute_tool";
    private const string ConnectionLost = "connection_lost";
    private const string OfConversation = "conversation", OfAsr = "asr";

    // Items, requests and turns that are kept at most, and the ids that are kept to count no usage twice.
    private const int Remembered = 64;
    private const int SeenResults = 1024;

    // A task or an answer may follow what ended the turn so far.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(5);

    private static readonly SpanNumber Root = new(1);

    private int Spans { get; init; }
    private string? ServerModel { get; init; }
    private DateTimeOffset? OpenedAt { get; init; }
    private TracedConnection? Connection { get; init; }
    private bool WasConfigured { get; init; }
    private int Reconnects { get; init; }
    private int Joined { get; init; }
    private ImmutableDictionary<ItemId, TracedSpeech> Speaking { get; init; } = ImmutableDictionary<ItemId, TracedSpeech>.Empty;
    private ItemId? Idle { get; init; }
    private ImmutableDictionary<ItemId, (ServerEvent Event, DateTimeOffset At)> EarlyAsr { get; init; } =
        ImmutableDictionary<ItemId, (ServerEvent, DateTimeOffset)>.Empty;
    private ImmutableArray<TracedTurn> Turns { get; init; } = [];
    private ImmutableList<EndedTurn> EndedTurns { get; init; } = [];
    private ImmutableArray<TracedRequest> Requests { get; init; } = [];
    private ImmutableDictionary<(string Task, int Turn), SpanNumber> Attempts { get; init; } =
        ImmutableDictionary<(string, int), SpanNumber>.Empty;
    private ImmutableArray<TracedTask> Tasks { get; init; } = [];
    private ImmutableDictionary<ResponseId, TracedAnswer> Answers { get; init; } = ImmutableDictionary<ResponseId, TracedAnswer>.Empty;
    private DateTimeOffset? AnswerRequestedAt { get; init; }
    private ImmutableDictionary<string, TracedCall> Calls { get; init; } = ImmutableDictionary<string, TracedCall>.Empty;
    private SeenIds Responses { get; init; } = new(SeenResults);
    private SeenIds Transcripts { get; init; } = new(SeenResults);

    private Step Stay => new(this, []);
    private SpanNumber Next => new(Spans + 1);
    private string Answering => ServerModel ?? Facts.Model;

    /// <summary>
    /// The session begins; <paramref name="isUnderWay"/>: it began then, and is followed from now on only.
    /// </summary>
    public Step Begin(DateTimeOffset began, bool isUnderWay = false) => new(
        this with { Spans = Root.Value, WasConfigured = isUnderWay },
        new TelemetryDecision.Begin(Root, null, "session", IsRemote: false, began));

    /// <summary>A connection is attempted; they are numbered from 1.</summary>
    public Step Connecting(int connection, DateTimeOffset now)
    {
        var last = Connection;
        return EndConnection(ConnectionLost, now).Then(trace => new(
            trace with { Spans = trace.Next.Value, Connection = new TracedConnection(connection, trace.Next) },
            new TelemetryDecision.Begin(trace.Next, Root, "connection", IsRemote: true, now)
                { Links = last is null ? [] : [new SpanReference(last.Span, "reconnect")] }));
    }

    /// <summary>We close this connection.</summary>
    public Step Closing(int connection) =>
        Connection is { } known && known.Number == connection ? new(this with { Connection = known with { IsClosing = true } }) : Stay;

    /// <summary>This connection has ended, or could not be made.</summary>
    public Step Ended(int connection, ConnectionEnd end, DateTimeOffset now) =>
        Connection?.Number == connection ? EndConnection(Ending(end), now) : Stay;

    /// <summary>An event was sent.</summary>
    public Step Sent(ClientEvent e, DateTimeOffset now) => e switch
    {
        CreateResponse { Response.Metadata: { } metadata } asked when metadata.ContainsKey(OutOfBandMetadata.Task)
            => Requested(asked.EventId, metadata, now),
        CreateResponse => new(this with { AnswerRequestedAt = now }),
        _ => Stay,
    };

    /// <summary>An event arrived.</summary>
    public Step Received(ServerEvent e, DateTimeOffset now) => e switch
    {
        OutputAudioDelta d => Sounding(d.ResponseId, d.Delta.Length, now),
        SessionCreated { Session: var session } => new(Named(session)),
        SessionUpdated { Session: var session } => Named(session).Configured(),
        SpeechStarted s when Find(s.ItemId, null) is null && Speaking.Count < Remembered
            => new(this with { Speaking = Speaking.SetItem(s.ItemId, new TracedSpeech(now, null)) }),
        SpeechStopped s when Speaking.TryGetValue(s.ItemId, out var speech)
            => new(this with { Speaking = Speaking.SetItem(s.ItemId, speech with { To = now }) }),
        InputTimedOut i => new(this with { Idle = i.ItemId }),
        InputCommitted c => Committed(c.ItemId, now),
        // A server that never sends committed still sends the item.
        ItemAdded { Item: { Id: { } id } item } when item.IsUserSpeech => Committed(id, now),
        ItemDone { Item: { Id: { } id } item } when item.IsUserSpeech => Committed(id, now),
        AsrCompleted a => Asr(a.ItemId, a, now),
        AsrFailed a => Asr(a.ItemId, a, now),
        ResponseCreated { Response: var r } => Created(r, now),
        FunctionCallDone { CallId: { } id } c => Called(c.ResponseId, id, c.Name),
        OutputItemDone { Item: { Type: "function_call", CallId: { } id } item } o => Called(o.ResponseId, id, item.Name),
        ResponseDone { Response: var r } => Done(r, now),
        ServerError { Error: { EventId: { } id } error } => Rejected(EventId.Of(id), error, now),
        _ => Stay,
    };

    /// <summary>A record is published.</summary>
    public Step Recorded(SessionRecord record, DateTimeOffset now) => (record switch
    {
        SessionStarted started => new(this with { OpenedAt = started.StartedAt }),
        TurnJoined turn => Published(turn, now),
        TurnAmended turn => new(Change(Find(turn.ItemId, turn.Turn), t => t with { Record = turn })),
        AssistantReplied answer => Replied(answer, now),
        TaskCompleted task => Completed(task, now),
        ToolCalled call => Returned(call, now),
        SessionSummary summary => Summarized(summary),
        _ => Stay,
    }).Then(trace => trace.EndTurnsThatAreOver(now));

    /// <summary>The session is over, and so is whatever is open; <paramref name="failure"/>: why it failed, null if it did not.</summary>
    public Step End(string exit, string? failure, DateTimeOffset now)
    {
        var step = EndConnection(null, now);
        foreach (var id in Answers.Keys) step = step.Then(trace => trace.Answered(id, null, now));
        foreach (var task in Tasks) step = step.Then(trace => trace.EndTask(task, "unfinished", now));
        return step.Then(trace => trace.EndAllTurns()).Then(trace => new(trace, new TelemetryDecision.End(
            Root, now,
            Of((Names.Conversation, Facts.Session), (Names.Provider, Facts.Provider), (Names.RequestModel, Facts.Model),
                (Names.ResponseModel, ServerModel), (Names.Source, Facts.Source), (Names.Turns, Joined),
                (Names.Reconnects, Reconnects), (Names.Exit, exit)),
            failure)));
    }

    // ---- Connections

    private SessionTrace Named(SessionState? session) =>
        session?.Model is { Length: > 0 } model ? this with { ServerModel = Bounded(model) } : this;

    private Step Configured()
    {
        if (Connection is not { IsConfigured: false } connection) return Stay;
        var next = this with { Connection = connection with { IsConfigured = true }, WasConfigured = true };
        return !WasConfigured ? new(next) : new(
            next with { Reconnects = Reconnects + 1 }, new TelemetryDecision.Measure(Instruments.Reconnects, 1, []));
    }

    private Step EndConnection(string? error, DateTimeOffset now)
    {
        if (Connection is not { HasEnded: false } connection) return Stay;
        var attributes = Of(
            (Names.Connection, connection.Number), (Names.ServerAddress, Facts.Server.Host), (Names.ServerPort, Facts.Server.Port));
        var step = new Step(
            this with
            {
                Connection = connection with { HasEnded = true }, Speaking = Speaking.Clear(), EarlyAsr = EarlyAsr.Clear(), Idle = null,
                AnswerRequestedAt = null,
                Turns = [.. Turns.Select(turn => turn.AwaitsAsr && turn.AsrLostAt is null ? turn with { AsrLostAt = now } : turn)],
                Answers = Answers.ToImmutableDictionary(
                    answer => answer.Key,
                    answer => answer.Value.DoneAt is null ? answer.Value with { DoneAt = now, IsLost = true } : answer.Value),
            },
            new TelemetryDecision.End(connection.Span, now, attributes, connection.IsClosing ? null : error));
        foreach (var request in Requests) step = step.Then(trace => trace.EndRequest(request, [], ConnectionLost, now, ConnectionLost));
        return step;
    }

    // ---- Parts

    private Step Report(
        SpanNumber parent, string name, bool isRemote, DateTimeOffset from, DateTimeOffset to, Attributes attributes, string? error,
        Links? links = null)
    {
        var reported = new Step(
            this with { Spans = Next.Value },
            new TelemetryDecision.Report(
                new TelemetryDecision.Begin(Next, parent, name, isRemote, from) { Links = links ?? [] },
                new TelemetryDecision.End(Next, to, attributes, error)));
        foreach (var turn in Turns)
            if (turn.Span == parent) return reported with { Next = reported.Next.Change(turn, t => t.Until(to)) };
        return reported;
    }

    // With almost every fact: without closures.
    private TracedTurn? Find(ItemId item, int? number)
    {
        foreach (var turn in Turns)
            if (turn.Item == item) return turn;
        return number is { } known ? Numbered(known) : null;
    }

    private TracedTurn? Numbered(int number)
    {
        foreach (var turn in Turns)
            if (turn.Number == number) return turn;
        return null;
    }

    // What comes after the end of its turn belongs to the session, and refers to the turn.
    private (SpanNumber Parent, Links Links) ParentOf(ItemId? item, int? number)
    {
        if (item is { } named && Find(named, number) is { } turn) return (turn.Span, []);
        var ended = EndedTurns.FindLast(t => t.Item == item || (number is not null && t.Number == number));
        return (Root, ended == default ? [] : [new SpanReference(ended.Span, "late")]);
    }

    private SessionTrace Change(TracedTurn? turn, Func<TracedTurn, TracedTurn> change) =>
        turn is null ? this : this with { Turns = Turns.Replace(turn, change(turn)) };

    private static int Number(IReadOnlyDictionary<string, string> metadata, string key) =>
        int.TryParse(metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
