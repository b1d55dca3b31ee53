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

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>
/// Decides about the spans and measurements of one session (docs/telemetry.md), from what passes its ports anyway: the events on the wire,
/// the ends of connections, the records. Every fact comes with its time; used by one caller at a time. Its state is changed in place,
/// unlike that of stations, since nothing is ever undone here.
/// <para>
/// The session and its turns begin early, because others refer to them. Out-of-band requests begin when they are sent, since a repeated
/// one refers to the one before. All other spans are reported at their end, when it is known which turn they belong to.
/// </para>
/// </summary>
/// <param name="facts">What is known of the session before it begins.</param>
/// <param name="output">Gets what is decided.</param>
public sealed partial class SessionTrace(TraceFacts facts, ITraceOutput output)
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

    private readonly string _chat = $"{Chat} {facts.Model}", _transcription = $"{Transcribe} {facts.AsrModel}"; // names of spans
    private readonly Dictionary<ItemId, TracedSpeech> _speaking = [];
    private readonly Dictionary<ItemId, ServerEvent> _earlyAsr = [];
    private readonly List<TracedTurn> _turns = [];
    private readonly Queue<EndedTurn> _endedTurns = [];
    private readonly List<TracedRequest> _requests = [];
    private readonly Dictionary<(string Task, int Turn), SpanNumber> _attempts = [];
    private readonly List<TracedTask> _tasks = [];
    private readonly Dictionary<ResponseId, TracedAnswer> _answers = [];
    private readonly Dictionary<string, TracedCall> _calls = [];
    private SeenIds _responses = new(SeenResults), _transcripts = new(SeenResults);
    private int _spans;
    private string? _serverModel;
    private DateTimeOffset? _openedAt, _answerRequestedAt;
    private TracedConnection? _connection;
    private bool _wasConfigured;
    private int _reconnects, _joined;
    private ItemId? _idle;

    private string Answering => _serverModel ?? facts.Model;

    /// <summary>
    /// The session begins; <paramref name="isUnderWay"/>: it began then, and is followed from now on only.
    /// </summary>
    public void Begin(DateTimeOffset began, bool isUnderWay = false)
    {
        _wasConfigured = isUnderWay;
        Begin(null, "session", isRemote: false, began, []);
    }

    /// <summary>A connection is attempted; they are numbered from 1.</summary>
    public void Connecting(int connection, DateTimeOffset now)
    {
        EndConnection(ConnectionLost, now);
        Links links = _connection is { } last ? [new SpanReference(last.Span, "reconnect")] : [];
        _connection = new TracedConnection(connection, Begin(Root, "connection", isRemote: true, now, links));
    }

    /// <summary>We close this connection.</summary>
    public void Closing(int connection)
    {
        if (_connection?.Number == connection) _connection.IsClosing = true;
    }

    /// <summary>This connection has ended, or could not be made.</summary>
    public void Ended(int connection, ConnectionEnd end, DateTimeOffset now)
    {
        if (_connection?.Number == connection) EndConnection(Ending(end), now);
    }

    /// <summary>An event was sent.</summary>
    public void Sent(ClientEvent e, DateTimeOffset now)
    {
        if (e is not CreateResponse asked) return;
        if (asked.Response?.Metadata is not { } metadata || !metadata.ContainsKey(OutOfBandMetadata.Task)) _answerRequestedAt = now;
        else Requested(asked.EventId, metadata, now);
    }

    /// <summary>An event arrived.</summary>
    public void Received(ServerEvent e, DateTimeOffset now)
    {
        switch (e)
        {
            case OutputAudioDelta d:
                Sounding(d.ResponseId, d.Delta.Length, now);
                break;
            case SessionCreated { Session: var session }:
                Named(session);
                break;
            case SessionUpdated { Session: var session }:
                Named(session);
                Configured();
                break;
            case SpeechStarted s when Find(s.ItemId, null) is null && _speaking.Count < Remembered:
                _speaking[s.ItemId] = new TracedSpeech(now, null);
                break;
            case SpeechStopped s when _speaking.TryGetValue(s.ItemId, out var speech):
                _speaking[s.ItemId] = speech with { To = now };
                break;
            case InputTimedOut i:
                _idle = i.ItemId;
                break;
            case InputCommitted c:
                Committed(c.ItemId, now);
                break;
            // A server that never sends committed still sends the item.
            case ItemAdded { Item: { Id: { } id } item } when item.IsUserSpeech:
                Committed(id, now);
                break;
            case ItemDone { Item: { Id: { } id } item } when item.IsUserSpeech:
                Committed(id, now);
                break;
            case AsrCompleted a:
                Asr(a.ItemId, a, now);
                break;
            case AsrFailed a:
                Asr(a.ItemId, a, now);
                break;
            case ResponseCreated { Response: var r }:
                Created(r, now);
                break;
            case FunctionCallDone { CallId: { } id } c:
                Called(c.ResponseId, id);
                break;
            case OutputItemDone { Item: { Type: "function_call", CallId: { } id } } o:
                Called(o.ResponseId, id);
                break;
            case ResponseDone { Response: var r }:
                Done(r, now);
                break;
            case ServerError { Error: { EventId: { } id } error }:
                Rejected(EventId.Of(id), error, now);
                break;
        }
    }

    /// <summary>A record is published.</summary>
    public void Recorded(SessionRecord record, DateTimeOffset now)
    {
        switch (record)
        {
            case SessionStarted started:
                _openedAt = started.StartedAt;
                break;
            case TurnJoined turn:
                Published(turn, now);
                break;
            case TurnAmended turn when Find(turn.ItemId, turn.Turn) is { } amended:
                amended.Record = turn;
                break;
            case AssistantReplied answer:
                output.Measure(Instruments.Heard, answer.HeardMs, []);
                Answered(answer.ResponseId, answer, now);
                break;
            case TaskCompleted task:
                Completed(task, now);
                break;
            case ToolCalled call:
                Returned(call, now);
                break;
            case SessionSummary summary:
                Summarized(summary);
                break;
        }
        EndTurnsThatAreOver(now);
    }

    /// <summary>The session is over, and so is whatever is open; <paramref name="failure"/>: why it failed, null if it did not.</summary>
    public void End(string exit, string? failure, DateTimeOffset now)
    {
        EndConnection(null, now);
        foreach (var id in _answers.Keys.ToList()) Answered(id, null, now);
        foreach (var task in _tasks.ToList()) EndTask(task, "unfinished", now);
        foreach (var turn in _turns.ToList()) EndTurn(turn, null);
        output.End(Root, new SpanEnd(
            now,
            Of((Names.Conversation, facts.Session), (Names.Provider, facts.Provider), (Names.RequestModel, facts.Model),
                (Names.ResponseModel, _serverModel), (Names.Source, facts.Source), (Names.Turns, _joined),
                (Names.Reconnects, _reconnects), (Names.Exit, exit)),
            failure));
    }

    // ---- Connections

    private void Named(SessionState? session)
    {
        if (session?.Model is { Length: > 0 } model) _serverModel = Bounded(model);
    }

    private void Configured()
    {
        if (_connection is not { IsConfigured: false } connection) return;
        connection.IsConfigured = true;
        if (_wasConfigured)
        {
            _reconnects++;
            output.Measure(Instruments.Reconnects, 1, []);
        }
        _wasConfigured = true;
    }

    private void EndConnection(string? error, DateTimeOffset now)
    {
        if (_connection is not { HasEnded: false } connection) return;
        connection.HasEnded = true;
        _speaking.Clear();
        _earlyAsr.Clear();
        (_idle, _answerRequestedAt) = (null, null);
        foreach (var turn in _turns)
            if (turn.AwaitsAsr) turn.AsrLostAt ??= now;
        foreach (var answer in _answers.Values)
            if (answer.DoneAt is null) (answer.DoneAt, answer.IsLost) = (now, true);
        output.End(connection.Span, new SpanEnd(
            now,
            Of((Names.Connection, connection.Number), (Names.ServerAddress, facts.Server.Host), (Names.ServerPort, facts.Server.Port)),
            connection.IsClosing ? null : error));
        foreach (var request in _requests.ToList()) EndRequest(request, [], ConnectionLost, now, ConnectionLost);
    }

    // ---- Parts

    private SpanNumber Begin(SpanNumber? parent, string name, bool isRemote, DateTimeOffset at, Links links)
    {
        var span = new SpanNumber(++_spans);
        output.Begin(new SpanBegin(span, parent, name, isRemote, at, links));
        return span;
    }

    private SpanNumber Report(
        SpanNumber parent, string name, bool isRemote, DateTimeOffset from, DateTimeOffset to, Attributes attributes, string? error,
        Links links)
    {
        var span = new SpanNumber(++_spans);
        output.Report(new SpanBegin(span, parent, name, isRemote, from, links), new SpanEnd(to, attributes, error));
        foreach (var turn in _turns)
            if (turn.Span == parent) turn.Until(to);
        return span;
    }

    // With almost every fact: without closures.
    private TracedTurn? Find(ItemId item, int? number)
    {
        foreach (var turn in _turns)
            if (turn.Item == item) return turn;
        return number is { } known ? Numbered(known) : null;
    }

    private TracedTurn? Numbered(int number)
    {
        foreach (var turn in _turns)
            if (turn.Number == number) return turn;
        return null;
    }

    private bool HasEnded(ItemId item)
    {
        foreach (var turn in _endedTurns)
            if (turn.Item == item) return true;
        return false;
    }

    // What comes after the end of its turn belongs to the session, and refers to the turn.
    private (SpanNumber Parent, Links Links) ParentOf(ItemId? item, int? number)
    {
        if (item is { } named && Find(named, number) is { } turn) return (turn.Span, []);
        Links links = [];
        foreach (var ended in _endedTurns)
            if (ended.Item == item || (number is not null && ended.Number == number)) links = [new SpanReference(ended.Span, "late")];
        return (Root, links);
    }

    private static int Number(IReadOnlyDictionary<string, string> metadata, string key) =>
        int.TryParse(metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
