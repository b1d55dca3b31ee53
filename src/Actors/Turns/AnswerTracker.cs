using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.OutOfBand;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Step = RealtimeAkka.Actors.Stations.Step<RealtimeAkka.Actors.Turns.AnswerTracker, RealtimeAkka.Actors.Turns.AnswerDecision>;

namespace RealtimeAkka.Actors.Turns;

/// <summary>What the tracker of answers wants done.</summary>
public abstract record AnswerDecision : ConversationDecision
{
    private AnswerDecision() { }

    /// <summary>Play this audio.</summary>
    public sealed record Play(OutputAudioDelta Sound) : AnswerDecision;

    /// <summary>All audio of this response was passed on; playback reports when it was heard.</summary>
    public sealed record Finish(ResponseId Response) : AnswerDecision;

    /// <summary>Stop playing this response.</summary>
    public sealed record StopPlayback(ResponseId Response) : AnswerDecision;

    /// <summary>Send this event on the connection.</summary>
    public sealed record Send(ClientEvent Event) : AnswerDecision;

    /// <summary>Run this function call; the model waits for its output.</summary>
    public sealed record Call(ToolMessages.Call Order) : AnswerDecision;

    /// <summary>The answer is over, spoken and heard: publish its record.</summary>
    public sealed record Publish(AssistantReplied Record) : AnswerDecision;
}

/// <summary>One answer of the assistant, as the model makes it and as it is played.</summary>
/// <param name="Id">The response.</param>
/// <param name="Turn">The turn it answers; null: none.</param>
public sealed record Answer(ResponseId Id, TurnNumber? Turn)
{
    /// <summary>The item that contains it, once known.</summary>
    public ItemId? Item { get; init; }

    /// <summary>Its final state at the server; null while in progress.</summary>
    public ResponseState? End { get; init; }

    /// <summary>Some of its audio was passed to playback.</summary>
    public bool HasAudio { get; init; }

    /// <summary>How much was heard; null while playback has not reported.</summary>
    public TimeSpan? Heard { get; init; }

    /// <summary>The user interrupted it (barge-in): no more of it is played.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>Its text so far; used if it never completes.</summary>
    public string Said { get; init; } = "";

    /// <summary>Its connection is gone: the server no longer knows its ids.</summary>
    public bool IsOrphaned { get; init; }
}

/// <summary>
/// The conversation's own responses, from <c>response.created</c> until the last sample is heard. The model is far ahead of
/// playback, so the two ends are joined here by response id.
/// </summary>
public sealed record AnswerTracker(string Session, string Model, PriceList Prices)
{
    // Only one response at a time writes to the conversation; more than a few in playout at once means a hostile server.
    private const int Capacity = 32;

    // Characters of an answer kept while it is in progress: more than half an hour of speech.
    private const int MaxWords = 32 * 1024;

    // Call ids kept to detect repeats; a conversation has a few dozen.
    private const int MaxCalls = 1000;

    private ImmutableList<Answer> Answers { get; init; } = [];

    // Calls that have not returned, and the ids of all calls, to detect repeats.
    private ImmutableDictionary<string, ResponseId> Calls { get; init; } = ImmutableDictionary<string, ResponseId>.Empty;
    private ImmutableHashSet<string> Called { get; init; } = [];

    // Asked: a response.create has no response yet. Wanted: one follows when the current response is done. WantedAt: one is due then.
    private bool Asked { get; init; }
    private bool Wanted { get; init; }
    private TimeSpan? WantedAt { get; init; }
    private int Asks { get; init; }

    // The newest answered turn, and the newest whose answer is requested again after a rate limit.
    private TurnNumber Answered { get; init; }
    private TurnNumber Repeated { get; init; }

    /// <summary>No answer is in progress, in playout or requested, and no function is running.</summary>
    public bool IsIdle => Answers.IsEmpty && Calls.IsEmpty && !Asked && !Wanted && WantedAt is null;

    /// <summary>When <see cref="OnTime"/> next has something to do after <paramref name="now"/>; null: nothing waits.</summary>
    public TimeSpan? NextDue(TimeSpan now) => WantedAt > now ? WantedAt : null;

    /// <summary>
    /// Requests an answer that the server does not start by itself. Only one response at a time may write to the conversation
    /// (docs/protocol.md 6.2): while one is in progress the request waits, and several waiting requests become one.
    /// </summary>
    public Step Want() => Asked || Answers.Exists(a => a.End is null)
        ? Stay(this with { Wanted = true })
        : new(this with { Asked = true, Wanted = false, Asks = Asks + 1 },
        [new AnswerDecision.Send(new CreateResponse { EventId = EventId.Of($"turn_answer_{Asks + 1}") })]);

    /// <summary>
    /// Handles an event of the conversation. <c>response.created</c> does not say what it answers, so it is matched by order to
    /// <paramref name="newest"/>, the newest turn; if its item names a predecessor, <paramref name="numberOf"/> corrects the match.
    /// </summary>
    public Step On(ServerEvent e, TurnNumber? newest, Func<ItemId, TurnNumber?> numberOf, TimeSpan now) => e switch
    {
        ResponseCreated { Response: var r } when Find(r.Id) is null && Answers.Count < Capacity
            => Stay(this with { Answers = Answers.Add(new Answer(r.Id, newest)), Asked = false, WantedAt = null }),
        OutputItemAdded o when Find(o.ResponseId) is { Item: null } answer => Stay(Set(answer with { Item = o.Item.Id })),
        ItemAdded { Item.Id: { } id, PreviousItemId: { } previous } when Carried(id) is { } answer && numberOf(previous) is { } turn
            => Stay(Set(answer with { Turn = turn })),
        OutputAudioDelta d => Play(d),
        OutputTranscriptDelta t when Find(t.ResponseId) is { End: null } answer && answer.Said.Length < MaxWords
            => Stay(Set(answer with { Said = answer.Said + t.Delta })),
        ResponseDone { Response: var r } when Find(r.Id) is { End: null } answer => Done(answer with { End = r }, now),
        SpeechStarted => Interrupt(),
        // Another response started first: ours is requested again when that one is done.
        ServerError { Error.Code: "conversation_already_has_active_response" } when Asked
            => Stay(this with { Asked = false, Wanted = true }),
        ServerError { Error.EventId: { } id } when id == $"turn_answer_{Asks}" => Stay(this with { Asked = false }),
        _ => Stay(this), // late, foreign or not relevant here: never an error
    };

    /// <summary>
    /// A function has returned: its output is sent to the model, and an answer is requested once all calls of that response have
    /// returned (docs/protocol.md 5.6).
    /// </summary>
    public Step Returned(string callId, string output)
    {
        if (!Calls.TryGetValue(callId, out var response)) return Stay(this);
        var told = new AnswerDecision.Send(
            new CreateItem(ConversationItem.CallOutput(callId, output)) { EventId = EventId.Of($"turn_tool_{Called.Count}") });
        var step = new Step(this with { Calls = Calls.Remove(callId) }, [told]);
        return step.Next.Calls.ContainsValue(response) ? step : step.Then(desk => desk.Want());
    }

    /// <summary>Playback has finished a response, at its end or because it was stopped.</summary>
    public Step Played(ResponseId response, ItemId? item, TimeSpan heard, TimeSpan heardInAll)
    {
        if (Find(response) is not { Heard: null } answer) return Stay(this);

        var played = answer with { Heard = heardInAll };
        if (answer is { IsInterrupted: false } or { IsOrphaned: true } || (item ?? answer.Item) is not { } cut) return Settle(played);

        // The server keeps the whole item in the conversation unless the part that was not heard is removed (docs/protocol.md 5.5).
        var ms = (long)heard.TotalMilliseconds;
        ClientEvent order = ms > 0
            ? new TruncateItem(cut, 0, ms) { EventId = EventId.Of($"turn_truncate_{response}") }
            : new DeleteItem(cut) { EventId = EventId.Of($"turn_delete_{response}") };
        return new Step(this, [new AnswerDecision.Send(order)]).Then(desk => desk.Settle(played));
    }

    /// <summary>The connection is gone: answers in progress will not complete, and what plays is cut there.</summary>
    public Step Disconnected(TimeSpan now)
    {
        var orphans = this with
        {
            Asked = false, Wanted = false, WantedAt = null, Answers = Answers.ConvertAll(a => a with { IsOrphaned = true }),
            // The output of a running call can no longer be sent, so the turn of the call counts as not answered.
            Calls = Calls.Clear(), Answered = Calls.IsEmpty ? Answered : default,
        };
        return orphans.Answers.Where(a => a.End is null).Aggregate(
            new Step(orphans, []),
            (step, answer) =>
            {
                var lost = new ResponseState(
                    answer.Id, "failed", new ResponseStatusDetails("failed", Error: new ErrorDetail(Code: "connection_lost")),
                    [ConversationItem.AssistantText(answer.Said)]);
                return step.Then(desk => desk.Done(answer with { End = lost }, now));
            });
    }

    /// <summary>
    /// A new connection replaces the lost one. If the newest turn was published and nothing of an answer to it was heard, an
    /// answer is requested: the server answers by itself only what it hears.
    /// </summary>
    public Step Resume(TurnNumber? newest) => newest is { } turn && turn.Value > Answered.Value ? Want() : Stay(this);

    /// <summary>Requests an answer again that a rate limit refused, once the wait is over.</summary>
    public Step OnTime(TimeSpan now) => WantedAt <= now ? (this with { WantedAt = null }).Want() : Stay(this);

    private Step Done(Answer answer, TimeSpan now)
    {
        var desk = answer.Turn is { } turn && (answer.HasAudio || answer.End?.Status is "completed" or "cancelled")
            && turn.Value > Answered.Value
            ? this with { Answered = turn }
            : this;
        // Waits once for as long as the server says; a second refusal goes into the record of the answer (docs/protocol.md 9.3).
        if (answer is { Turn: { } refused, HasAudio: false, End.StatusDetails.Error: { Code: "rate_limit_exceeded" } error }
            && refused.Value > Repeated.Value)
        {
            desk = desk with { Repeated = refused, WantedAt = now + RetryHint.Wait(error) };
        }
        return desk.Ended(answer).Then(next => next.Call(answer));
    }

    private Step Call(Answer answer)
    {
        // Only calls in the final output of a completed response: arguments of a cut-off one may be cut off too. Repeated ids are ignored.
        var calls = answer.End is { Status: "completed" or null, Calls: var called }
            ? called.Where(c => c is { CallId: { } id, Name: not null } && !Called.Contains(id)).DistinctBy(c => c.CallId).Take(Capacity)
            .ToList()
            : [];
        if (calls.Count == 0) return Stay(this);
        var known = Called.Count < MaxCalls ? Called : [];
        return new(
            this with { Called = known.Union(calls.Select(c => c.CallId!)),
            Calls = Calls.SetItems(calls.Select(c => KeyValuePair.Create(c.CallId!, answer.Id))) },
            [.. calls.Select(c => new AnswerDecision.Call(new ToolMessages.Call(c.CallId!, c.Name!, c.Arguments ?? "", answer.Turn)))]);
    }

    private Step Ended(Answer answer)
    {
        var step = answer switch
        {
            { HasAudio: false } => Settle(answer with { Heard = TimeSpan.Zero }),
            { IsInterrupted: true } => Settle(answer),
            _ => new(Set(answer), [new AnswerDecision.Finish(answer.Id)]),
        };
        return step.Next.Wanted ? step.Then(desk => desk.Want()) : step;
    }

    // Hot path, dozens of times per second: one search, and no allocation but the decision.
    private Step Play(OutputAudioDelta d)
    {
        var at = IndexOf(d.ResponseId);
        if (at < 0 || Answers[at] is not { IsInterrupted: false } answer) return Stay(this);
        var next = answer is { HasAudio: true, Item: not null } ? this
            : this with { Answers = Answers.SetItem(at, answer with { HasAudio = true, Item = answer.Item ?? d.ItemId }) };
        return new(next, [new AnswerDecision.Play(d)]);
    }

    // The response may be in progress or long done: playout lags behind the model.
    private Step Interrupt() => Answers.Where(a => a is { IsInterrupted: false, HasAudio: true, Heard: null }).Aggregate(
        new Step(this, []),
        (step, answer) =>
        {
            var decisions = step.Decisions.Add(new AnswerDecision.StopPlayback(answer.Id));
            if (answer.End is null)
                decisions = decisions.Add(
                    new AnswerDecision.Send(new CancelResponse(answer.Id) { EventId = EventId.Of($"turn_cancel_{answer.Id}") }));
            return new(step.Next.Set(answer with { IsInterrupted = true }), decisions);
        });

    private Step Settle(Answer answer)
    {
        if (answer is not { End: { } end, Heard: { } heard }) return Stay(Set(answer));

        var usage = Usage.Read(end.Usage, Modality.Text);
        var record = new AssistantReplied(
            Session, answer.Id, answer.Turn?.Value, answer.Item, answer.IsInterrupted && end.Status == "completed" ? "cancelled"
            : end.Status ?? "completed",
            end.Text, (long)heard.TotalMilliseconds, end.Usage, usage is null ? null : Prices.Cost(Model, usage),
            end.StatusDetails?.Error?.Reason ?? end.StatusDetails?.Reason);
        return new(this with { Answers = Answers.RemoveAll(a => a.Id == answer.Id) }, [new AnswerDecision.Publish(record)]);
    }

    private Answer? Find(ResponseId id) => IndexOf(id) is >= 0 and var at ? Answers[at] : null;

    private Answer? Carried(ItemId id) => Answers.Find(a => a.Item == id);

    private AnswerTracker Set(Answer answer) => this with { Answers = Answers.SetItem(IndexOf(answer.Id), answer) };

    private int IndexOf(ResponseId id)
    {
        for (var at = 0; at < Answers.Count; at++)
        {
            if (Answers[at].Id == id) return at;
        }
        return -1;
    }

    private static Step Stay(AnswerTracker next) => new(next, []);
}
