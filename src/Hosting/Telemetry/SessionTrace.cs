using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Actors.Ledger;
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
public sealed record SessionTrace(TraceFacts Facts)
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
    private ImmutableList<TracedTurn> Turns { get; init; } = [];
    private ImmutableList<EndedTurn> EndedTurns { get; init; } = [];
    private ImmutableList<TracedRequest> Requests { get; init; } = [];
    private ImmutableDictionary<(string Task, int Turn), SpanNumber> Attempts { get; init; } =
        ImmutableDictionary<(string, int), SpanNumber>.Empty;
    private ImmutableList<TracedTask> Tasks { get; init; } = [];
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
    }).Then(trace => trace.EndTurns(turn => trace.IsOver(turn, now)));

    /// <summary>The session is over, and so is whatever is open; <paramref name="failure"/>: why it failed, null if it did not.</summary>
    public Step End(string exit, string? failure, DateTimeOffset now)
    {
        var step = EndConnection(null, now);
        foreach (var id in Answers.Keys) step = step.Then(trace => trace.Answered(id, null, now));
        foreach (var task in Tasks) step = step.Then(trace => trace.EndTask(task, "unfinished", now));
        return step.Then(trace => trace.EndTurns(_ => true)).Then(trace => new(trace, new TelemetryDecision.End(
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
                Turns = Turns.ConvertAll(turn => turn.AwaitsAsr && turn.AsrLostAt is null ? turn with { AsrLostAt = now } : turn),
                Answers = Answers.ToImmutableDictionary(
                    answer => answer.Key,
                    answer => answer.Value.DoneAt is null ? answer.Value with { DoneAt = now, IsLost = true } : answer.Value),
            },
            new TelemetryDecision.End(connection.Span, now, attributes, connection.IsClosing ? null : error));
        foreach (var request in Requests) step = step.Then(trace => trace.EndRequest(request, [], ConnectionLost, now, ConnectionLost));
        return step;
    }

    // ---- Turns

    private Step Committed(ItemId item, DateTimeOffset now)
    {
        if (Find(item, null) is not null || EndedTurns.Exists(turn => turn.Item == item)) return Stay;
        TracedSpeech? speech = Speaking.TryGetValue(item, out var spoken) ? spoken : null;
        var turn = new TracedTurn(Next, item, now, now)
            { SpokenTo = speech?.To, AwaitsAsr = Facts.AsrModel is not null && Idle != item };
        var step = new Step(
            this with { Spans = Next.Value, Turns = Turns.Add(turn), Speaking = Speaking.Remove(item), EarlyAsr = EarlyAsr.Remove(item) },
            new TelemetryDecision.Begin(turn.Span, Root, "turn", IsRemote: false, speech?.From ?? now));
        if (speech is { } heard)
            step = step.Then(trace => trace.Report(turn.Span, "speech", false, heard.From, heard.To ?? now, [], null));
        if (EarlyAsr.TryGetValue(item, out var early)) step = step.Then(trace => trace.Asr(item, early.Event, now));
        return Turns.Count < Remembered ? step : step.Then(trace => trace.EndTurns(t => t.Span == trace.Turns[0].Span));
    }

    private Step Asr(ItemId item, ServerEvent e, DateTimeOffset now)
    {
        if (Facts.AsrModel is not { } model) return Stay;
        var turn = Find(item, null);
        if (turn is null && EarlyAsr.Count < Remembered && !EndedTurns.Exists(t => t.Item == item))
            return new(this with { EarlyAsr = EarlyAsr.SetItem(item, (e, now)) });
        var step = e is AsrCompleted { Usage: var usage } && !Transcripts.Contains(item.Value)
            ? (this with { Transcripts = Transcripts.With(item.Value) }).Used(
                OfAsr, Transcribe, model, null, Usage.Read(usage, Modality.Audio)) : Stay;
        if (turn is not { AwaitsAsr: true }) return step;
        var (words, error) = e switch
        {
            AsrFailed failed => (null, Bounded(failed.Error?.Reason ?? "failed")),
            AsrCompleted done => (done.Transcript, null),
            _ => ((string?)null, (string?)null),
        };
        return step.Then(trace => trace.EndAsr(turn, words, error, error is null ? null : "failed", now))
            .Then(trace => new(trace.Change(trace.Find(item, null), t => t with { LastTranscriptAt = now })));
    }

    private Step EndAsr(TracedTurn turn, string? words, string? error, string? kind, DateTimeOffset at)
    {
        var about = Request(Facts, Transcribe, Facts.AsrModel!, null, OfAsr);
        return (this with { Turns = Turns.Replace(turn, turn with { AwaitsAsr = false }) })
            .Report(turn.Span, $"{Transcribe} {Facts.AsrModel}", true, turn.CommittedAt, at,
                about.AddRange(Of((Names.OutputMessages, Messages(Facts, words)))), error)
            .Then(trace => trace.Took(at - turn.CommittedAt, about, kind));
    }

    private Step Published(TurnJoined record, DateTimeOffset now)
    {
        var step = Find(record.ItemId, record.Turn) is null ? Committed(record.ItemId, now) : Stay;
        return step.Then(trace => trace.Joining(record, now));
    }

    private Step Joining(TurnJoined record, DateTimeOffset now)
    {
        if (Find(record.ItemId, record.Turn) is not { } turn) return Stay;
        ImmutableArray<TelemetryDecision> measured =
        [
            .. Latency("oob", record.Oob.LatencyMs, record.Oob.Status), .. Latency(OfAsr, record.Asr.LatencyMs, record.Asr.Status),
            .. turn.LastTranscriptAt is { } last
            ? (TelemetryDecision[])[new TelemetryDecision.Measure(Instruments.TurnJoin, (now - last).TotalSeconds, [])] : [],
            new TelemetryDecision.Measure(Instruments.Turns, 1, Of((Names.Verdict, Verdict(record)))),
        ];
        var step = new Step(
            Change(turn, t => t with { Record = record, Number = record.Turn }) with { Joined = Math.Max(Joined, record.Turn) }, measured);
        foreach (var request in Requests.Where(r => r.Task == OutOfBandRequest.Transcription && r.Turn == turn.Item))
            step = step.Then(trace => trace.EndRequest(request, [], Unanswered(record.Oob.Status), now));
        if (!turn.AwaitsAsr) return step;
        var error = turn.AsrLostAt is null ? Unanswered(record.Asr.Status) : ConnectionLost;
        return step.Then(trace => trace.Find(turn.Item, null) is { } open
            ? trace.EndAsr(open, null, error, error, turn.AsrLostAt ?? now) : trace.Stay);
    }

    private static IEnumerable<TelemetryDecision> Latency(string witness, long? ms, ResultStatus status) => ms is not { } known ? []
        : [new TelemetryDecision.Measure(
            Instruments.TranscriptLatency, known / 1000.0, Of((Names.Witness, witness), (Names.Status, status.Name())))];

    private bool IsOver(TracedTurn turn, DateTimeOffset now) =>
        turn.Record is not null && !turn.AwaitsAsr && now - turn.LastEnd >= Linger && (turn.IsAnswered || turn.Span != Turns[^1].Span)
        && !Requests.Exists(r => r.Turn == turn.Item) && !Tasks.Exists(t => t.Turn == turn.Item)
        && !Answers.Any(a => a.Value.Turn == turn.Item) && !Calls.Any(c => c.Value.Turn == turn.Item);

    private Step EndTurns(Func<TracedTurn, bool> which) => Turns.Where(which).Aggregate(
        Stay, (step, turn) => step.Then(trace => trace.EndTurn(trace.Find(turn.Item, null)!, null)));

    private Step EndTurn(TracedTurn turn, string? error)
    {
        if (turn.AwaitsAsr) return EndAsr(turn, null, ConnectionLost, ConnectionLost, turn.AsrLostAt ?? turn.LastEnd)
            .Then(trace => trace.EndTurn(trace.Find(turn.Item, null)!, error));
        var ended = EndedTurns.Count < Remembered ? EndedTurns : EndedTurns.RemoveAt(0);
        var record = turn.Record;
        return new(
            this with { Turns = Turns.Remove(turn), EndedTurns = ended.Add(new EndedTurn(turn.Item, turn.Number, turn.Span)) },
            new TelemetryDecision.End(
                turn.Span, turn.LastEnd,
                Of((Names.Conversation, Facts.Session), (Names.Turn, turn.Number), (Names.Item, Bounded(turn.Item.Value)),
                    (Names.TurnSource, record?.Source), (Names.Verdict, record is null ? null : Verdict(record)),
                    (Names.Flags, record is { Flags.Count: > 0 } ? record.Flags.ToArray() : null),
                    (Names.Words, Words(Facts, record?.Words))),
                error ?? (record is null ? "unfinished" : null)));
    }

    private static string Verdict(TurnRecord record) => record.Verdict?.ToString().ToLowerInvariant() ?? "none";

    // ---- Requests beside the conversation

    private Step Requested(EventId? id, IReadOnlyDictionary<string, string> metadata, DateTimeOffset now)
    {
        var task = metadata[OutOfBandMetadata.Task];
        var item = ItemId.Of(metadata.GetValueOrDefault(OutOfBandMetadata.Item, "-"));
        var number = Number(metadata, OutOfBandMetadata.Turn);
        var step = (task == OutOfBandRequest.Transcription ? Replayed(item, number) : Stay)
            .Then(trace => new(trace.Change(trace.Find(item, number), turn => turn with { Number = number })));
        if (task != OutOfBandRequest.Transcription) step = step.Then(trace => trace.BeginTask(task, item, number, now));
        return step.Then(trace =>
        {
            var (parent, links) = trace.Tasks.Find(t => t.Task == task && t.Number == number) is { } begun ? (begun.Span, Links.Empty)
                : trace.ParentOf(item, number);
            if (trace.Attempts.TryGetValue((task, number), out var before)) links = links.Add(new SpanReference(before, "retry"));
            var attempt = Number(metadata, OutOfBandMetadata.Attempt);
            var request = new TracedRequest(
                trace.Next, id, task, item, number, attempt, trace.Find(item, number)?.Item ?? item, now);
            var attempts = trace.Attempts.Count < Remembered ? trace.Attempts : trace.Attempts.Clear();
            var requests = trace.Requests.Count < Remembered ? trace.Requests : trace.Requests.RemoveAt(0);
            return new(
                trace with
                {
                    Spans = trace.Next.Value, Requests = requests.Add(request),
                    Attempts = attempts.SetItem((task, number), trace.Next),
                },
                new TelemetryDecision.Begin(trace.Next, parent, $"{Chat} {Facts.Model}", IsRemote: true, now) { Links = links });
        });
    }

    // The connection was lost while the turn was open: it is transcribed again, as another item under the same number.
    private Step Replayed(ItemId item, int number)
    {
        if (Find(item, null) is not { } turn
            || Turns.Find(t => t.Number == number && t.Item != item && t.Record is null) is not { } before) return Stay;
        return new Step(this, new TelemetryDecision.Link(turn.Span, new SpanReference(before.Span, "replay")))
            .Then(trace => trace.EndTurn(before, ConnectionLost));
    }

    private Step BeginTask(string task, ItemId item, int number, DateTimeOffset now)
    {
        if (Tasks.Exists(t => t.Task == task && t.Number == number) || Tasks.Count == Remembered) return Stay;
        var (parent, links) = ParentOf(item, number);
        var begun = new TracedTask(Next, task, number, Find(item, number)?.Item ?? item);
        return new(
            this with { Spans = Next.Value, Tasks = Tasks.Add(begun) },
            new TelemetryDecision.Begin(begun.Span, parent, $"task {task}", IsRemote: false, now) { Links = links });
    }

    private Step Rejected(EventId id, ErrorDetail error, DateTimeOffset now) =>
        Requests.Find(r => r.Event == id) is { } request ? EndRequest(request, [], Bounded(error.Reason), now) : Stay;

    private Step EndRequest(TracedRequest request, Attributes result, string? error, DateTimeOffset now, string? kind = null)
    {
        var about = Request(Facts, Chat, Facts.Model, ServerModel, request.Task);
        var next = Change(Find(request.Turn, null), turn => turn.Until(now)) with { Requests = Requests.Remove(request) };
        return new Step(next, new TelemetryDecision.End(
            request.Span, now, about.AddRange(Of((Names.Attempt, request.Attempt))).AddRange(result), error))
            .Then(trace => trace.Took(now - request.SentAt, about, kind ?? (error is null ? null : "failed")));
    }

    private Step Completed(TaskCompleted record, DateTimeOffset now)
    {
        var step = Stay;
        foreach (var request in Requests.Where(r => r.Task == record.Task && r.Number == record.Turn))
            step = step.Then(trace => trace.EndRequest(request, [], Unanswered(record.Status), now));
        var error = record.Status is ResultStatus.Completed or ResultStatus.Empty ? null : record.Status.Name();
        if (Tasks.Find(t => t.Task == record.Task && t.Number == record.Turn) is { } task)
            return step.Then(trace => trace.EndTask(task, error, now));
        // It was never sent.
        return step.Then(trace => trace.Turns.Find(t => t.Number == record.Turn) is not { } turn ? trace.Stay
            : trace.Report(
                turn.Span, $"task {record.Task}", false, now.AddMilliseconds(-(record.LatencyMs ?? 0)), now,
                Of((Names.Task, record.Task)), error));
    }

    private Step EndTask(TracedTask task, string? error, DateTimeOffset now) => new(
        Change(Find(task.Turn, null), turn => turn.Until(now)) with { Tasks = Tasks.Remove(task) },
        new TelemetryDecision.End(task.Span, now, Of((Names.Task, task.Task)), error));

    // ---- Responses

    private Step Created(ResponseState response, DateTimeOffset now)
    {
        if (response.IsOutOfBand)
        {
            return RequestOf(response) is { Response: null } request
                ? new(this with { Requests = Requests.Replace(request, request with { Response = response.Id }) }) : Stay;
        }
        if (Answers.ContainsKey(response.Id) || Answers.Count == Remembered) return Stay;
        var answer = new TracedAnswer(response.Id, Turns.IsEmpty ? null : Turns[^1].Item, AnswerRequestedAt ?? now);
        return new(this with { Answers = Answers.SetItem(response.Id, answer), AnswerRequestedAt = null });
    }

    private TracedRequest? RequestOf(ResponseState response) => Requests.Find(r => r.Response == response.Id)
        ?? (response.Metadata is { } metadata ? Requests.Find(
            r => r.Response is null && metadata.GetValueOrDefault(OutOfBandMetadata.Task) == r.Task
            && metadata.GetValueOrDefault(OutOfBandMetadata.Item) == r.Item.Value
            && Number(metadata, OutOfBandMetadata.Attempt) == r.Attempt) : null);

    // Dozens of times per second.
    private Step Sounding(ResponseId id, int bytes, DateTimeOffset now)
    {
        if (!Answers.TryGetValue(id, out var answer) || answer.DoneAt is not null) return Stay;
        var next = this with
        {
            Answers = Answers.SetItem(id, answer with { SaidBytes = answer.SaidBytes + bytes, FirstAudioAt = answer.FirstAudioAt ?? now }),
        };
        if (answer.FirstAudioAt is not null || answer.Turn is not { } item || Find(item, null) is not { HasAudio: false } turn)
            return new(next);
        var waited = now - (turn.SpokenTo ?? turn.CommittedAt);
        return new(
            next.Change(turn, t => t with { HasAudio = true }),
            new TelemetryDecision.Measure(Instruments.TimeToFirstAudio, Math.Max(0, waited.TotalSeconds), []));
    }

    private Step Called(ResponseId id, string callId, string? name) =>
        Answers.TryGetValue(id, out var answer) && answer.Calls.Length < Remembered
            ? new(this with { Answers = Answers.SetItem(id, answer with { Calls = answer.Calls.Add((callId, name)) }) }) : Stay;

    private Step Done(ResponseState response, DateTimeOffset now)
    {
        var isNew = !Responses.Contains(response.Id.Value);
        var request = RequestOf(response);
        var isOutOfBand = response.IsOutOfBand || request is not null;
        var purpose = !isOutOfBand ? OfConversation : request?.Task ?? "other"; // the server may name any task
        var usage = Usage.Read(response.Usage, Modality.Text);
        var step = isNew ? (this with { Responses = Responses.With(response.Id.Value) }).Used(
            purpose, Chat, Facts.Model, ServerModel, usage) : Stay;
        if (request is not null)
        {
            var result = Result(Facts, response, Facts.Prices.Cost(Answering, usage), response.Text);
            step = step.Then(trace => trace.EndRequest(request, result, Failure(response), now, Kind(response)));
            return request.Task != OutOfBandRequest.Transcription ? step
                : step.Then(trace => new(trace.Change(trace.Find(request.Turn, null), turn => turn with { LastTranscriptAt = now })));
        }
        // A server may say only now that it was out of band.
        if (isOutOfBand) return step.Then(trace => new(trace with { Answers = trace.Answers.Remove(response.Id) }));
        if (!Answers.TryGetValue(response.Id, out var answer) || answer.DoneAt is not null) return step;
        var calls = response.Status is "completed" or null && Facts.Tools.Count > 0 // else nothing says how a call ends
            ? response.Calls.Select(call => call.CallId).OfType<string>().Concat(answer.Calls.Select(call => call.Id)).Distinct() : [];
        return step.Then(trace => new(trace with
        {
            Answers = trace.Answers.SetItem(response.Id, answer with { DoneAt = now, End = response }),
            Calls = calls.Aggregate(trace.Calls, (known, id) => known.Count < Remembered && !known.ContainsKey(id)
                ? known.Add(id, new TracedCall(answer.Turn, now)) : known),
        }));
    }

    private Step Replied(AssistantReplied record, DateTimeOffset now) => new Step(
        this, new TelemetryDecision.Measure(Instruments.Heard, record.HeardMs, []))
        .Then(trace => trace.Answered(record.ResponseId, record, now));

    private Step Answered(ResponseId id, AssistantReplied? record, DateTimeOffset now)
    {
        if (!Answers.TryGetValue(id, out var answer)) return Stay;
        var turn = (record?.Turn is { } number ? Turns.Find(t => t.Number == number) : null)
            ?? (answer.Turn is { } assumed ? Find(assumed, null) : null);
        var ended = answer.DoneAt ?? now;
        var error = answer.IsLost ? ConnectionLost : answer.End is { } end ? Failure(end) : "unfinished";
        var said = Facts.Format.Milliseconds(answer.SaidBytes);
        var about = Request(Facts, Chat, Facts.Model, ServerModel, OfConversation);
        var details = about
            .AddRange(answer.End is { } done
                ? Result(Facts, done, Facts.Prices.Cost(Answering, Usage.Read(done.Usage, Modality.Text)), record?.Text)
                : Of((Names.ResponseId, Bounded(id.Value))))
            .AddRange(Of(
                (Names.TimeToFirstChunk, (answer.FirstAudioAt - answer.From)?.TotalSeconds), (Names.SaidMs, said),
                (Names.HeardMs, record?.HeardMs)));
        var (parent, links) = turn is not null ? (turn.Span, Links.Empty) : ParentOf(answer.Turn, record?.Turn);
        if (turn?.FailedAnswer is { } failed) links = links.Add(new SpanReference(failed, "retry"));
        var span = Next;
        var step = (this with { Answers = Answers.Remove(id) })
            .Report(parent, $"{Chat} {Facts.Model}", true, answer.From, ended, details, error, links)
            .Then(trace => trace.Took(ended - answer.From, about, error is null ? null : answer.IsLost ? ConnectionLost : "failed"))
            .Then(trace => new(trace, new TelemetryDecision.Measure(Instruments.Said, said, [])))
            .Then(trace => new(trace.Change(turn is null ? null : trace.Find(turn.Item, null), t =>
                t with { IsAnswered = true, FailedAnswer = error is null ? null : span })));
        if (record is not { HeardMs: > 0 and var heard }) return step;
        var (from, to) = Playout(record.StartedMs, heard, answer.FirstAudioAt ?? answer.From, now);
        return step.Then(trace => trace.Report(
            parent, "playout", false, from, to,
            Of((Names.SaidMs, said), (Names.HeardMs, heard), (Names.Status, Bounded(record.Status))), null));
    }

    // Where playback is faster than a voice, its end is not later than its record.
    private (DateTimeOffset From, DateTimeOffset To) Playout(
        long? startedMs, long heardMs, DateTimeOffset earliest, DateTimeOffset now)
    {
        var from = startedMs is { } ms && OpenedAt is { } opened ? opened.AddMilliseconds(ms) : now.AddMilliseconds(-heardMs);
        if (from < earliest) from = earliest;
        if (from > now) from = now;
        var to = from.AddMilliseconds(heardMs);
        return (from, to < now ? to : now);
    }

    private Step Returned(ToolCalled record, DateTimeOffset now)
    {
        var call = Calls.GetValueOrDefault(record.CallId);
        var item = (record.Turn is { } number ? Turns.Find(t => t.Number == number)?.Item : null) ?? call?.Turn;
        var turn = item is { } known ? Find(known, null) : null;
        var (parent, links) = turn is not null ? (turn.Span, Links.Empty) : ParentOf(item, record.Turn);
        var name = Tool(Facts, record.Tool);
        return (this with { Calls = Calls.Remove(record.CallId) })
            .Report(parent, $"{ExecuteTool} {name}", false, call?.From ?? now, now,
                Of((Names.Operation, ExecuteTool), (Names.ToolName, name), (Names.ToolType, "function"),
                    (Names.ToolCallId, Bounded(record.CallId)), (Names.Status, record.Status.Name())),
                record.Status == ResultStatus.Completed ? null : record.Status.Name(), links);
    }

    // ---- Measurements

    private Step Summarized(SessionSummary summary) => new(
        this,
        new TelemetryDecision.Measure(Instruments.LostSound, summary.Audio.DroppedMs, Of((Names.Direction, "input"))),
        new TelemetryDecision.Measure(Instruments.LostSound, summary.Audio.UnplayedMs, Of((Names.Direction, "output"))));

    private Step Used(string purpose, string operation, string model, string? answeredBy, Usage? usage)
    {
        if (usage is null) return Stay;
        var about = Request(Facts, operation, model, answeredBy, purpose);
        List<TelemetryDecision> measured = [];
        if (usage is Usage.Tokens tokens)
        {
            measured.Add(new TelemetryDecision.Measure(
                Instruments.TokenUsage, Input(tokens)!.Value, about.AddRange(Of((Names.TokenType, "input")))));
            measured.Add(new TelemetryDecision.Measure(
                Instruments.TokenUsage, Output(tokens)!.Value, about.AddRange(Of((Names.TokenType, "output")))));
        }
        if (Facts.Prices.Cost(answeredBy ?? model, usage) is { } usd)
            measured.Add(new TelemetryDecision.Measure(
                Instruments.Cost, (double)usd, Of((Names.Purpose, purpose), (Names.RequestModel, model))));
        return new(this, [.. measured]);
    }

    private Step Took(TimeSpan time, Attributes about, string? kind) => new(this, new TelemetryDecision.Measure(
        Instruments.OperationDuration, Math.Max(0, time.TotalSeconds), kind is null ? about : about.AddRange(Of((Names.ErrorType, kind)))));

    // ---- Parts

    private Step Report(
        SpanNumber parent, string name, bool isRemote, DateTimeOffset from, DateTimeOffset to, Attributes attributes, string? error,
        Links? links = null)
    {
        var reported = new Step(
            this with { Spans = Next.Value },
            new TelemetryDecision.Begin(Next, parent, name, isRemote, from) { Links = links ?? [] },
            new TelemetryDecision.End(Next, to, attributes, error));
        return reported.Then(trace => new(trace.Change(trace.Turns.Find(turn => turn.Span == parent), turn => turn.Until(to))));
    }

    private TracedTurn? Find(ItemId item, int? number) =>
        Turns.Find(turn => turn.Item == item) ?? (number is { } known ? Turns.Find(turn => turn.Number == known) : null);

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
