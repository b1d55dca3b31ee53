using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Actors.Stations;
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

    /// <summary>An audio part of this response was passed on; more may follow.</summary>
    public sealed record Pause(ResponseId Response) : AnswerDecision;

    /// <summary>All audio of this response was passed on; playback reports when it was heard.</summary>
    public sealed record Finish(ResponseId Response) : AnswerDecision;

    /// <summary>Stop playing this response.</summary>
    public sealed record StopPlayback(ResponseId Response) : AnswerDecision;

    /// <summary>Send this event on the connection.</summary>
    public sealed record Send(ClientEvent Event) : AnswerDecision;

    /// <summary>Run this function call; the model waits for its output.</summary>
    public sealed record Call(ToolMessages.Call Order) : AnswerDecision;

    /// <summary>The answer is over, spoken and heard since <c>HeardFrom</c> (null: not at all): publish its record.</summary>
    public sealed record Publish(AssistantReplied Record, TimeSpan? HeardFrom = null) : AnswerDecision;

    /// <summary>Tell a person this.</summary>
    public sealed record Notify(Notice Notice) : AnswerDecision;
}

/// <summary>
/// The conversation's own responses, from <c>response.created</c> until the last sample is heard. The model is far ahead of
/// playback, so the two ends are joined here by response id. Whatever the server owes has a deadline, <see cref="Timeout"/>.
/// </summary>
public sealed record AnswerTracker(string Session, string Model, PriceList Prices)
{
    // Only one response at a time writes to the conversation; more than a few in playout at once means a hostile server.
    private const int Capacity = 32;

    // Call ids kept to detect repeats; a conversation has a few dozen.
    private const int MaxCalls = 1000;

    private const string TimedOut = "timed_out";
    private const string NoSuchFunction = """{"error":"there is no such function"}""";

    /// <summary>The format of the session.</summary>
    public SoundFormat Format { get; init; } = SoundFormat.Pcm16;

    /// <summary>From a request to its response, and between two events of a response; then it is given up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Speech interrupts only when it is long enough, see <see cref="Spoken"/>.</summary>
    public bool AwaitsSpoken { get; init; }

    /// <summary>Somebody carries out the functions that the model calls; otherwise each call returns an error at once.</summary>
    public bool HasTools { get; init; }

    private ImmutableArray<Answer> Answers { get; init; } = [];

    // Calls that have not returned, and the ids of all calls, to detect repeats.
    private ImmutableDictionary<string, ResponseId> Calls { get; init; } = ImmutableDictionary<string, ResponseId>.Empty;
    private ImmutableHashSet<string> Called { get; init; } = [];

    private AnswerRequests Requests { get; init; }

    // The newest turn, the newest answered turn, and the newest whose answer was requested again because it came to nothing.
    private TurnNumber? Newest { get; init; }
    private TurnNumber Answered { get; init; }
    private TurnNumber Repeated { get; init; }

    /// <summary>Answers in progress or in playout.</summary>
    public int Count => Answers.Length;

    /// <summary>No answer is in progress, in playout or requested, and no function is running.</summary>
    public bool IsIdle => Answers.IsEmpty && Calls.IsEmpty && Requests.IsIdle;

    /// <summary>Whether sound of this answer has arrived, and it is not over.</summary>
    public bool HasSound(ResponseId response) => Find(response) is { HasAudio: true };

    /// <summary>When <see cref="OnTime"/> next has something to do after <paramref name="now"/>; null: nothing waits.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        var due = Earliest(Requests.DueAt, Requests.OpenSince + Timeout);
        foreach (var answer in Answers)
        {
            if (answer.End is null) due = Earliest(due, answer.LastEvent + Timeout);
        }
        return due;

        TimeSpan? Earliest(TimeSpan? a, TimeSpan? b) => !(b > now) ? a > now ? a : null : a > now && a < b ? a : b;
    }

    /// <summary>The words of an answer so far; null: it is over, or none of this id was.</summary>
    public string? WordsOf(ResponseId response) => Find(response)?.Text;

    /// <summary>Requests an answer that the server does not start by itself; several waiting requests become one.</summary>
    public Step Want(TimeSpan now) => (this with { Requests = Requests.Want() }).Advance(now);

    /// <summary>The caller has entered something with the keys of a telephone: the model is told, and asked for an answer.</summary>
    public Step Enter(KeyEntry keys, ItemId item, TimeSpan now)
    {
        var told = new AnswerDecision.Send(
            new CreateItem(ConversationItem.UserText(keys.Text) with { Id = item }) { EventId = EventId.Of($"turn_keys_{item}") });
        return new Step(this, [told]).Then(tracker => tracker.Want(now));
    }

    /// <summary>Plays a recording in the session's format, which the model does not know.</summary>
    public Step Recite(ReadOnlyMemory<byte> recording, TimeSpan now)
    {
        var item = ItemId.Of(Answer.Recording.Value);
        var answer = new Answer(Answer.Recording, null, now) { End = new ResponseState(Answer.Recording, "completed") }.Sounding(item);
        return new(
            this with { Answers = Answers.Add(answer) },
            [new AnswerDecision.Play(new OutputAudioDelta(answer.Id, item, recording)), new AnswerDecision.Finish(answer.Id)]);
    }

    /// <summary>
    /// The assistant stops what it says and says its last words, by these instructions; null: nothing. Other answers are cancelled.
    /// </summary>
    public Step SayLast(string? instructions, TimeSpan now) =>
        Interrupt().Then(tracker => (tracker with { Requests = tracker.Requests.SayLast(instructions) }).Advance(now));

    /// <summary>The conversation goes on after all.</summary>
    public AnswerTracker GoOn() => this with { Requests = Requests.GoOn() };

    /// <summary>
    /// Handles an event of the conversation. <c>response.created</c> does not say what it answers, so it is matched by order to
    /// <paramref name="newest"/>, the newest turn; if its item names a predecessor, <paramref name="numberOf"/> corrects the match.
    /// </summary>
    public Step On(ServerEvent e, TurnNumber? newest, Func<ItemId, TurnNumber?> numberOf, TimeSpan now) =>
        e is OutputAudioDelta sound ? Play(sound, now) : (newest == Newest ? this : this with { Newest = newest }).On(e, numberOf, now);

    private Step On(ServerEvent e, Func<ItemId, TurnNumber?> numberOf, TimeSpan now) => e switch
    {
        ResponseCreated { Response: var r } when Find(r.Id) is null && Answers.Length < Capacity => Created(r, now),
        ItemAdded { Item.Id: { } id, PreviousItemId: { } previous } when Carried(id) is { } answer && numberOf(previous) is { } turn
            => Stay(Set(answer with { Turn = turn })),
        OutputItemAdded o => Continue(o.ResponseId, o, now),
        OutputItemDone o => Continue(o.ResponseId, o, now),
        OutputTranscriptDelta t => Continue(t.ResponseId, t, now),
        OutputTranscriptDone t => Continue(t.ResponseId, t, now),
        OutputTextDelta t => Continue(t.ResponseId, t, now),
        OutputTextDone t => Continue(t.ResponseId, t, now),
        FunctionCallDone c => Continue(c.ResponseId, c, now),
        OutputAudioDone a => Continue(a.ResponseId, a, now),
        ResponseDone { Response: { IsOutOfBand: true } r } => Find(r.Id) is { } foreign ? Forget(foreign, now) : Stay(this),
        ResponseDone { Response: var r } when Find(r.Id) is { End: null } answer => Done(answer with { End = r }, now),
        SpeechStarted when !AwaitsSpoken => Interrupt(),
        InputCommitted when Requests.IsSpokenOver => Stay(this with { Requests = Requests.Acknowledge() }),
        ServerError { Error: var error } => Refused(error, now),
        _ => Stay(this), // late, foreign or not relevant here: never an error
    };

    /// <summary>The caller has spoken long enough to interrupt what is being said.</summary>
    public Step Spoken() => Interrupt();

    /// <summary>
    /// A function has returned: its output is sent to the model, and an answer is requested once all calls of that response have
    /// returned (docs/protocol.md 5.6).
    /// </summary>
    public Step Returned(string callId, string output, TimeSpan now)
    {
        if (!Calls.TryGetValue(callId, out var response)) return Stay(this);
        var told = new AnswerDecision.Send(
            new CreateItem(ConversationItem.CallOutput(callId, output)) { EventId = EventId.Of($"turn_tool_{Called.Count}") });
        var step = new Step(this with { Calls = Calls.Remove(callId) }, [told]);
        return step.Next.Calls.ContainsValue(response) ? step : step.Then(tracker => tracker.Want(now));
    }

    /// <summary>Playback has finished a response, at its end or because it was stopped.</summary>
    public Step Played(PlaybackFacts.Ended heard, TimeSpan now) =>
        Find(heard.Response) is { Heard: null } answer
            ? Settle(answer with { Heard = heard, HeardFrom = now - heard.HeardInAll }) : Stay(this);

    /// <summary>The connection is gone: answers in progress will not complete, and what plays is cut there.</summary>
    public Step Disconnected(TimeSpan now)
    {
        var orphans = this with
        {
            Requests = Requests.Disconnected(), Answers = Answers.ConvertAll(a => a with { IsOrphaned = true }),
            // The output of a running call can no longer be sent, so the turn of the call counts as not answered.
            Calls = Calls.Clear(), Answered = Calls.IsEmpty ? Answered : default,
        };
        return orphans.Answers.Where(a => a.End is null).Aggregate(
            new Step(orphans, []),
            (step, answer) => step.Then(tracker => tracker.Done(answer with { End = Ended(answer, "failed", "connection_lost") }, now)));
    }

    /// <summary>
    /// A new connection replaces the lost one. If the newest turn was published and nothing of an answer to it was heard, an
    /// answer is requested: the server answers by itself only what it hears.
    /// </summary>
    public Step Resume(TurnNumber? newest, TimeSpan now) => newest is { } turn && turn.Value > Answered.Value ? Want(now) : Stay(this);

    /// <summary>Sends what is due, and gives up what the server has not done in time.</summary>
    public Step OnTime(TimeSpan now)
    {
        var step = Answers.Where(answer => answer.End is null && answer.LastEvent + Timeout <= now)
            .Aggregate(new Step(this, []), (step, answer) => step.Then(tracker => tracker.Overdue(answer, now)));
        if (Requests.OpenSince + Timeout <= now) step = step.Then(tracker => tracker.Missing());
        return step.Then(tracker => tracker.Advance(now));
    }

    private Step Created(ResponseState response, TimeSpan now)
    {
        var isUnwanted = Requests.IsLast && !AnswerRequests.AreLastWords(response);
        var answer = new Answer(response.Id, Newest, now) { IsInterrupted = isUnwanted || Requests.IsSpokenOver };
        return new(
            this with { Answers = Answers.Add(answer), Requests = isUnwanted ? Requests : Requests.Created() },
            answer.IsInterrupted ? [Cancel(response.Id)] : []);
    }

    private Step Continue(ResponseId id, ServerEvent e, TimeSpan now)
    {
        if (Find(id) is not { End: null } answer) return Stay(this);
        var next = Touch(answer.With(e), now);
        return new(
            ReferenceEquals(next, answer) ? this : Set(next),
            e is OutputAudioDone && answer is { HasAudio: true, IsInterrupted: false } ? [new AnswerDecision.Pause(id)] : []);
    }

    // Hot path, dozens of times per second: one search, and no allocation but the decision.
    private Step Play(OutputAudioDelta d, TimeSpan now)
    {
        var at = IndexOf(d.ResponseId);
        if (at < 0) return Stay(this);
        var answer = Answers[at];
        // Playback has ended an answer before its end only where nobody hears it any more.
        if (answer.IsInterrupted || answer.Heard is not null)
            return Stay(Set(Touch(answer.Late(d.ItemId, Format.Duration(d.Delta.Length)), now)));
        var next = Touch(answer.Sounding(d.ItemId), now);
        return new(
            ReferenceEquals(next, answer) ? this : this with { Answers = Answers.SetItem(at, next) }, [new AnswerDecision.Play(d)]);
    }

    private Answer Touch(Answer answer, TimeSpan now) => now - answer.LastEvent > Timeout / 8 ? answer with { LastEvent = now } : answer;

    // The response may be in progress, silent so far, or long done: playout lags behind the model.
    private Step Interrupt() => Answers.Where(a => a is { IsInterrupted: false, Heard: null } && (a.HasAudio || a.End is null)).Aggregate(
        new Step(Requests.OpenSince is null ? this : this with { Requests = Requests.SpeakOver() }, []),
        (step, answer) =>
        {
            var decisions = answer.HasAudio ? step.Decisions.Add(new AnswerDecision.StopPlayback(answer.Id)) : step.Decisions;
            if (answer.End is null) decisions = decisions.Add(Cancel(answer.Id));
            return new(step.Next.Set(answer with { IsInterrupted = true }), decisions);
        });

    private Step Refused(ErrorDetail error, TimeSpan now)
    {
        var (isOurs, isOverlap) = Requests.Judge(error);
        if (!isOurs) return Stay(this);
        if (!isOverlap)
            return (this with { Requests = Requests.GiveUp() }).Failed(Newest, error, now).Then(tracker => tracker.Advance(now));
        return Requests.Overlap(IsBusy, now) is { } again ? (this with { Requests = again }).Advance(now)
            : new Step(this with { Requests = Requests.GiveUp() }, [Notice("answer_missing", $"No answer{To(Newest)}: {error.Reason}.")])
            .Then(tracker => tracker.Advance(now));
    }

    private Step Missing()
    {
        var notice = Notice("answer_missing", $"No answer{To(Newest)} began within {Within}.");
        var next = this with { Requests = Requests.GiveUp() };
        // A request that waits asks for both.
        return new(next.Requests.IsWaiting ? next : next.Again(Newest, null) ?? next, [notice]);
    }

    private Step Overdue(Answer answer, TimeSpan now)
    {
        // One that the caller spoke over after it was heard to its end is not cut off.
        var isCut = answer is { IsInterrupted: true } and not { Heard: not null, IsCut: false };
        var status = isCut ? "cancelled" : answer.IsEmpty ? "failed" : "incomplete";
        var notice = Notice("answer_unfinished", $"The answer{To(answer.Turn)} did not end within {Within}: {status}.");
        return new Step(this, isCut ? [] : answer.IsInterrupted ? [notice] : [Cancel(answer.Id), notice])
            .Then(tracker => tracker.Done(answer with { End = Ended(answer, status, TimedOut) }, now));
    }

    // The server said only at its end that a response was out of band: it is no answer, and what waited for it goes on.
    private Step Forget(Answer foreign, TimeSpan now) =>
        new Step(
            this with { Answers = Answers.RemoveAll(a => a.Id == foreign.Id) },
            foreign.HasAudio ? [new AnswerDecision.StopPlayback(foreign.Id)] : []).Then(tracker => tracker.Advance(now));

    private Step Done(Answer answer, TimeSpan now)
    {
        // The server has cut it off for the caller's speech, whether we heard of that or not.
        if (answer is { End.StatusDetails.Reason: "turn_detected", HasAudio: true, IsInterrupted: false, Heard: null })
        {
            return new Step(this, [new AnswerDecision.StopPlayback(answer.Id)])
                .Then(tracker => tracker.Done(answer with { IsInterrupted = true }, now));
        }
        var tracker = answer.Turn is { } turn && (answer.HasAudio || answer.End?.Status is "completed" or "cancelled")
            && turn.Value > Answered.Value
            ? this with { Answered = turn }
            : this;
        return tracker.Ended(answer)
            .Then(next => next.Call(answer, now)).Then(next => next.Review(answer, now)).Then(next => next.Advance(now));
    }

    // An answer that came to nothing is requested once more; in the second case a notice says so.
    private Step Review(Answer answer, TimeSpan now)
    {
        if (answer.IsOrphaned || answer.IsInterrupted) return Stay(this);
        if (answer.End is { Status: "failed" } end && answer.IsEmpty) return Failed(answer.Turn, end.StatusDetails?.Error, now);
        if (answer.End?.Status is not "completed" || !answer.IsWritten || answer.Calls.Any()) return Stay(this);

        // Text that nobody hears is removed, so that it is neither continued nor taken as said.
        var notice = Notice("answer_not_spoken", $"The answer{To(answer.Turn)} came as text without sound: nobody hears it.");
        var removed = answer.Items.Select(item => new AnswerDecision.Send(
            new DeleteItem(item.Id) { EventId = EventId.Of($"turn_delete_{item.Id}") }));
        return Again(answer.Turn, null, forAudio: true) is { } again ? new(again, [notice, .. removed]) : new(this, [notice, .. removed]);
    }

    // Waits for as long as the server says (docs/protocol.md 9.3).
    private Step Failed(TurnNumber? turn, ErrorDetail? error, TimeSpan now)
    {
        var wait = RetryHint.Wait(error);
        var isPermanent = RetryHint.IsPermanent(error) || error?.Type == "invalid_request_error";
        if (!isPermanent && Again(turn, wait > TimeSpan.Zero ? now + wait : null) is { } next) return Stay(next);
        if (error?.Code == TimedOut) return Stay(this); // a notice has said so
        var again = isPermanent ? "" : " again";
        return new(this, [Notice("answer_failed", $"The answer{To(turn)} failed{again}: {error?.Reason ?? "unknown"}.")]);
    }

    // Null: it was requested again before, or belongs to no turn. A newer turn gets an answer of its own.
    private AnswerTracker? Again(TurnNumber? turn, TimeSpan? at, bool forAudio = false) =>
        turn is not { } number || number.Value <= Repeated.Value ? null
        : this with { Repeated = number, Requests = number == Newest ? Requests.Repeat(at, forAudio) : Requests };

    private Step Advance(TimeSpan now)
    {
        var (requests, ask) = Requests.Send(IsBusy, now);
        return requests == Requests ? Stay(this)
            : new(this with { Requests = requests }, ask is null ? [] : [new AnswerDecision.Send(ask)]);
    }

    private Step Call(Answer answer, TimeSpan now)
    {
        // Only calls of a completed response: arguments of a cut-off one may be cut off too. Repeated ids are ignored.
        var calls = answer.End is { Status: "completed" or null }
            ? answer.Calls.Where(c => !Called.Contains(c.CallId!)).Take(Capacity).ToList()
            : [];
        if (calls.Count == 0) return Stay(this);
        var known = Called.Count < MaxCalls ? Called : [];
        var next = this with
        {
            Called = known.Union(calls.Select(c => c.CallId!)),
            Calls = Calls.SetItems(calls.Select(c => KeyValuePair.Create(c.CallId!, answer.Id))),
        };
        if (!HasTools) return calls.Aggregate(Stay(next), (step, c) => step.Then(t => t.Returned(c.CallId!, NoSuchFunction, now)));
        return new(
            next,
            [.. calls.Select(c => new AnswerDecision.Call(new ToolMessages.Call(c.CallId!, c.Name!, c.Arguments ?? "", answer.Turn)))]);
    }

    private Step Ended(Answer answer) => answer switch
    {
        { HasAudio: false } => Settle(answer with { Heard = new(answer.Id, null, TimeSpan.Zero, TimeSpan.Zero) }),
        { IsInterrupted: true } or { Heard: not null } => Settle(answer),
        _ => new(Set(answer), [new AnswerDecision.Finish(answer.Id)]),
    };

    // Tells the server what was not heard, and publishes the answer once it is over at both ends.
    private Step Settle(Answer answer)
    {
        (answer, var events) = answer.ReportUnheard();
        var sent = events.Select(e => new AnswerDecision.Send(e));
        if (answer is not { End: { } end, Heard: { } heard }) return new(Set(answer), [.. sent]);

        var usage = Usage.Read(end.Usage, Modality.Text);
        var record = new AssistantReplied(
            Session, answer.Id, answer.Turn?.Value, answer.Item, answer is { IsInterrupted: true, IsCut: true } && end.Status == "completed"
            ? "cancelled" : end.Status ?? "completed",
            answer.Text, (long)heard.HeardInAll.TotalMilliseconds, end.Usage,
            answer.IsRecording ? 0m : usage is null ? null : Prices.Cost(Model, usage),
            end.StatusDetails?.Error?.Reason ?? end.StatusDetails?.Reason, answer.HeardText);
        return new(
            this with { Answers = Answers.RemoveAll(a => a.Id == answer.Id) },
            [.. sent, new AnswerDecision.Publish(record, answer.HeardFrom)]);
    }

    private bool IsBusy => Answers.Any(a => a.End is null);

    private string Within => string.Create(CultureInfo.InvariantCulture, $"{Timeout.TotalSeconds:0.###} s");

    private Answer? Find(ResponseId id) => IndexOf(id) is >= 0 and var at ? Answers[at] : null;

    private Answer? Carried(ItemId id) => Answers.FirstOrDefault(a => a.Item == id);

    private AnswerTracker Set(Answer answer) => this with { Answers = Answers.SetItem(IndexOf(answer.Id), answer) };

    private int IndexOf(ResponseId id) => Answers.IndexOf(id, static answer => answer.Id);

    private static string To(TurnNumber? turn) => turn is { } number ? $" to turn {number.Value}" : "";

    private static ResponseState Ended(Answer answer, string status, string code) =>
        new(answer.Id, status, new ResponseStatusDetails(status, Error: new ErrorDetail(Code: code)));

    private static AnswerDecision Cancel(ResponseId id) =>
        new AnswerDecision.Send(new CancelResponse(id) { EventId = EventId.Of($"turn_cancel_{id}") });

    private static AnswerDecision Notice(string code, string message) => new AnswerDecision.Notify(new(NoticeLevel.Warning, code, message));

    private static Step Stay(AnswerTracker next) => new(next, []);
}
