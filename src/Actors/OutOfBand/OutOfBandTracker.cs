using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;
using Step = RealtimeAkka.Actors.Stations.Step<
    RealtimeAkka.Actors.OutOfBand.OutOfBandTracker, RealtimeAkka.Actors.OutOfBand.OutOfBandDecision>;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>What the tracker wants done.</summary>
public abstract record OutOfBandDecision
{
    private OutOfBandDecision() { }

    /// <summary>Send this event on the connection.</summary>
    public sealed record Send(ClientEvent Event) : OutOfBandDecision;

    /// <summary>Send this result to the sender of the request. A second report of the same request is a late result.</summary>
    public sealed record Report(OutOfBandResult Result) : OutOfBandDecision;

    /// <summary>An attempt failed and is repeated.</summary>
    public sealed record Retry(OutOfBandRequest Request, string Reason) : OutOfBandDecision;
}

/// <summary>
/// Tracks every out-of-band request: builds it, correlates answers by metadata and response id, retries, times out and limits it.
/// An immutable value: <see cref="On(ServerEvent, TimeSpan)"/> and its siblings return the next tracker and what to do.
/// </summary>
public sealed record OutOfBandTracker(OutOfBandSettings Settings, PriceList Prices, string Model)
{
    // Bounds in characters: of a task's answer (results are a page or two), and of an invalid answer that is quoted or reported.
    private const int MaxAnswer = 64 * 1024;
    private const int MaxShown = 2000;

    // Settled requests that are kept in case the same question is asked again, which happens soon or never.
    private const int MaxSettled = 4;

    // A new connection is seeded with the history; a task that waited for the connection is sent only after that.
    private static readonly TimeSpan SettledRetention = TimeSpan.FromSeconds(1);

    private ContextWindow Window { get; init; } = new(Settings.Items);
    private ImmutableArray<TrackedRequest> Requests { get; init; } = [];
    private ImmutableArray<TrackedRequest> Settled { get; init; } = []; // no further result can come; the oldest first
    private bool Limited { get; init; }
    private ContextScope? Scope { get; init; } = Settings.Context;
    private ImmutableDictionary<string, decimal> Spent { get; init; } = ImmutableDictionary<string, decimal>.Empty;
    private bool Connected { get; init; }
    private bool Returning { get; init; } // not connected, but another connection will come
    private long Asked { get; init; }

    private Step Stay => new(this, []);

    /// <summary>Requests that wait to be sent: tasks, or transcriptions.</summary>
    public int Waiting(bool tasks)
    {
        var waiting = 0;
        foreach (var ticket in Requests)
        {
            if (ticket.IsTask == tasks && ticket.IsOpen && !ticket.InFlight) waiting++;
        }
        return waiting;
    }

    /// <summary>When <see cref="OnTime"/> next has something to do after <paramref name="now"/>; null: nothing waits.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        TimeSpan? next = null;
        foreach (var ticket in Requests)
        {
            foreach (var due in (ReadOnlySpan<TimeSpan?>)[EndOf(ticket), PostponedTo(ticket), UnansweredAt(ticket)])
            {
                if (due > now && !(next <= due)) next = due;
            }
        }
        return next;
    }

    /// <summary>
    /// Adds a request. If one exists for the same task and item, nothing changes, unless that one has its result and
    /// <paramref name="again"/> is set: then it continues with its next attempt.
    /// </summary>
    public Step Ask(OutOfBandRequest request, TimeSpan now, bool again = false)
    {
        var known = Requests.FirstOrDefault(t => t.IsFor(request)) ?? Settled.FirstOrDefault(t => t.IsFor(request));
        if (known is not null && (!again || known.IsOpen)) return Stay;

        var ticket = known is null
            ? new TrackedRequest(request, now, (request.Priority, Asked))
            : known with { Request = request, AskedAt = now, Outcome = null, NotBefore = now, Failures = 0, Repair = null };
        var waiting = Waiting(ticket.IsTask);
        var next = known is null ? this with { Asked = Asked + 1, Requests = Requests.Add(ticket) } : Replace(known, ticket);

        if (Scope is null) return next.Close(ticket, ResultStatus.Disabled, null, "budget", now);
        if (!next.HasMoney(request)) return next.Close(ticket, ResultStatus.Disabled, null, "budget_share", now);
        if (!Connected && !(ticket.IsTask && Returning)) return next.Close(ticket, ResultStatus.Failed, null, "no_connection", now);
        return waiting >= Settings.Queue
            ? next.Close(ticket, ResultStatus.Failed, null, "queue_full", now)
            : next.Dispatch(now);
    }

    /// <summary>The budget changed the allowed context; null closes all requests that have not been sent.</summary>
    public Step Limit(ContextScope? scope, TimeSpan now)
    {
        var next = this with { Scope = scope, Limited = true };
        return scope is null ? next.Disable(now) : new(next, []);
    }

    /// <summary>A new connection is open: the ids of the previous one are void.</summary>
    public Step Opened(TimeSpan now) => new(
        this with
        {
            Connected = true, Returning = false, Window = new(Window.Capacity), Settled = [],
            Requests = Requests.RemoveAll(t => !t.IsOpen).ConvertAll(t => t with { NotBefore = now + SettledRetention }),
        },
        []);

    /// <summary>The connection is gone for good: open requests fail.</summary>
    public Step Disconnected(TimeSpan now) =>
        (this with { Connected = false, Returning = false }).CloseAll(t => t.IsOpen, ResultStatus.Failed, "connection_lost", now);

    /// <summary>
    /// The connection is gone and another will come. The turns request transcripts again on the new connection; a task waits
    /// for the new connection until its own deadline.
    /// </summary>
    public Step Lost(TimeSpan now)
    {
        var waiting = Requests.ConvertAll(t => t is { IsTask: true, IsOpen: true } && t.Failures <= RetriesOf(t) ? Invalidate(t, now) : t);
        return (this with { Connected = false, Returning = true, Requests = waiting }).CloseAll(
            t => t is { IsTask: false, IsOpen: true }, ResultStatus.Failed, "connection_lost", now);
    }

    /// <summary>Handles an event that the router sent here.</summary>
    public Step On(ServerEvent e, TimeSpan now) => e switch
    {
        ResponseCreated c => Created(c.Response),
        OutputTextDelta t => Writing(t.ResponseId),
        OutputTextDone t => Said(t.ResponseId, t.Text),
        FunctionCallDone c => Said(c.ResponseId, c.Arguments),
        ResponseDone d => Done(d.Response, now),
        ServerError { Error.EventId: { } id } error => Rejected(EventId.Of(id), error.Error, now),
        InputCommitted or ItemAdded or ItemDone => Placed(Window.On(e)).Overtaken(now),
        _ => Placed(Window.On(e)).Dispatch(now),
    };

    private OutOfBandTracker Placed(ContextWindow window) => ReferenceEquals(window, Window) ? this : this with { Window = window };

    /// <summary>
    /// A request was sent: the server's time to answer begins. While it waits behind a stalled connection that time does not
    /// run, because a second request would only be billed twice.
    /// </summary>
    public Step Left(EventId id, TimeSpan now) =>
        Find(a => a.EventId == id) is var (ticket, attempt) && attempt.LeftAt is null
        ? new(Replace(ticket, ticket.With(attempt with { LeftAt = now })), []) : Stay;

    /// <summary>Handles due times: repeats unanswered requests, closes overdue ones, forgets those closed long ago.</summary>
    public Step OnTime(TimeSpan now)
    {
        var step = new Step(this with { Requests = Requests.RemoveAll(IsOld) }, []);
        foreach (var ticket in Requests.Where(t => t.IsOpen))
        {
            if (now - ticket.AskedAt >= TimeoutOf(ticket))
            {
                var after = string.Create(CultureInfo.InvariantCulture, $"after {TimeoutOf(ticket).TotalSeconds:0.###} s");
                step = step.Then(desk => desk.Close(desk.Current(ticket), ResultStatus.TimedOut, null, after, now));
            }
            else if (ticket.InFlight && ticket.Attempts[^1] is { Response: null, LeftAt: { } left } && now - left >= Settings.AnswerWithin)
            {
                step = step.Then(desk => desk.Fail(desk.Current(ticket), "no answer", wait: TimeSpan.Zero, now));
            }
        }
        return step.Then(desk => desk.Dispatch(now));

        bool IsOld(TrackedRequest ticket) => !ticket.IsOpen && now >= ForgottenAt(ticket);
    }

    // A request that does not name its items refers to the newest turn at the moment the server reads it. Until response.created
    // arrives, a newer commit may have come first: the attempt is void, and if no other attempt of its request is in flight, it
    // is repeated with the item named. This also covers earlier attempts without an answer in time and those of closed requests.
    private Step Overtaken(TimeSpan now)
    {
        var next = !Requests.IsEmpty && Requests.Any(IsOvertaken)
            ? this with { Requests = Requests.ConvertAll(ticket => IsOvertaken(ticket) ? ticket.Overtaken(now) : ticket) } : this;
        return Scope is null ? next.Disable(now) : next.Dispatch(now);
    }

    private bool IsOvertaken(TrackedRequest ticket) => ticket.Attempts.Any(a => a.MayBeOvertaken)
        && !Window.IsNewestUserItem(ticket.IsTask ? Window.Standing(ticket.Request.Item) ?? ticket.Request.Item : ticket.Request.Item);

    // Attempts in flight are lost with the connection; their cost will never be reported.
    private static TrackedRequest Invalidate(TrackedRequest ticket, TimeSpan now) => !ticket.InFlight ? ticket : ticket with
    {
        Attempts = ticket.Attempts.ConvertAll(a => a with { Over = true }),
        CostUsd = ticket.Attempts[^1].LeftAt is null ? ticket.CostUsd : null,
        Failures = ticket.Failures + 1,
        NotBefore = now,
    };

    // Once the budget is spent, waiting requests will never be sent.
    private Step Disable(TimeSpan now) => CloseAll(t => t.IsOpen && !t.InFlight, ResultStatus.Disabled, "budget", now);

    private Step Created(ResponseState response)
    {
        if (Find(response) is not var (ticket, attempt) || attempt.Response is not null) return Stay;

        // A response shows that an error which had no id was not this attempt's.
        var named = ticket.With(attempt with { Response = response.Id, Over = false });
        var next = Replace(ticket, named);
        // Cancel: the attempt is void, or its request already has a final result.
        var unwanted = attempt.Void || (!ticket.IsOpen && !MayCloseAgain(ticket));
        return new(next, unwanted ? [Cancel(attempt with { Response = response.Id })] : []);
    }

    private Step Said(ResponseId response, string words)
    {
        if (Find(response) is not var (ticket, attempt) || attempt.Over) return Stay;
        return new(Replace(ticket, ticket.With(attempt with { Said = attempt.Said + words })), []);
    }

    // A model that writes more than can have been said has run away; each token of it is paid for.
    private Step Writing(ResponseId response)
    {
        if (Find(response) is not var (ticket, attempt) || attempt.Over || IsTooLong(ticket, attempt)) return Stay;
        var next = attempt with { Written = attempt.Written + OutOfBandRequest.ProgressStep };
        return new(Replace(ticket, ticket.With(next)), IsTooLong(ticket, next) ? [Cancel(next)] : []);
    }

    private static bool IsTooLong(TrackedRequest ticket, Attempt attempt) => attempt.Written > ticket.Request.MaxText;

    private Step Done(ResponseState response, TimeSpan now)
    {
        if (Find(response) is not var (ticket, attempt) || attempt.Over) return Stay;

        var usage = Usage.Read(response.Usage, Modality.Text);
        var counted = ticket.With(attempt with { Response = response.Id, Over = true }) with
        {
            // A result without usage has an unknown cost; a failed response without usage cost nothing.
            CostUsd = usage is not null ? ticket.CostUsd + Prices.Cost(Model, usage) : response.Status is "failed" ? ticket.CostUsd : null,
        };
        var next = Replace(ticket, counted).Charged(ticket.Request, usage);
        if (attempt.Void) return next.Dispatch(now);

        // Compatible servers leave the output out of response.done; the text received before is used.
        if (response.Text.Length == 0 && attempt.Said is { } said)
            response = response with { Output = [new ConversationItem("message", Content: [new ContentPart("text", said)])] };
        var text = response.Text.Trim();
        var error = response.StatusDetails?.Error;
        return response.Status switch
        {
            "completed" or "cancelled" or null when IsTooLong(ticket, attempt)
                => next.Close(counted, ResultStatus.Cancelled, response, $"too_long: more than {ticket.Request.MaxText} characters", now),
            "completed" or null when ticket.IsTask => next.Check(counted, response, now),
            "completed" or null => next.Close(counted, text.Length == 0 ? ResultStatus.Empty : ResultStatus.Completed, response, null, now),
            "incomplete" => next.Close(counted, ResultStatus.Incomplete, response, response.StatusDetails?.Reason ?? "incomplete", now),
            "cancelled" => next.Close(counted, ResultStatus.Cancelled, response, response.StatusDetails?.Reason ?? "cancelled", now),
            _ when HasSuccessor(counted, attempt) => next.Dispatch(now),
            _ when counted.IsOpen && MayRetry(counted, error) => next.Fail(counted, error?.Reason ?? "failed", RetryHint.Wait(error), now),
            _ => next.Close(counted, ResultStatus.Failed, response, error?.Reason ?? "failed", now),
        };
    }

    // A task's answer is validated here, so that tasks only receive valid ones; an invalid answer is requested again once.
    private Step Check(TrackedRequest ticket, ResponseState response, TimeSpan now)
    {
        var answer = (response.Calls.FirstOrDefault()?.Arguments ?? response.Text).Trim();
        if (answer.Length > MaxAnswer)
            return Close(ticket, ResultStatus.Failed, response, $"too_large: {answer.Length} characters, at most {MaxAnswer}", now);
        if (ticket.Request.Result is not { } schema)
            return Close(ticket, answer.Length == 0 ? ResultStatus.Empty : ResultStatus.Completed, response, null, now);

        var (value, wrong) = schema.Read(answer);
        if (wrong is null) return Close(ticket, ResultStatus.Completed, response, null, now, value);
        if (!ticket.IsOpen || ticket.Repair is not null || Scope is null || !HasMoney(ticket.Request))
            return Close(ticket, ResultStatus.Failed, response, $"invalid: {wrong}", now);

        var step = Replace(ticket, ticket with { Repair = (Shortened(answer), wrong), NotBefore = now }).Dispatch(now);
        return step with { Decisions = step.Decisions.Insert(0, new OutOfBandDecision.Retry(ticket.Request, $"invalid: {wrong}")) };
    }

    private Step Rejected(EventId id, ErrorDetail error, TimeSpan now)
    {
        if (Find(a => a.EventId == id && !a.Over) is not var (ticket, attempt)) return Stay; // for a cancel, or a forgotten request

        var over = ticket.With(attempt with { Over = true });
        var next = Replace(ticket, over);
        if (attempt.Void || !ticket.IsOpen || HasSuccessor(ticket, attempt)) return next.Dispatch(now);
        return MayRetry(over, error)
            ? next.Fail(over, error.Reason, RetryHint.Wait(error), now)
            : next.Close(over, ResultStatus.Failed, null, error.Reason, now);
    }

    // Puts a failed request back into the queue, or gives it up.
    private Step Fail(TrackedRequest ticket, string reason, TimeSpan wait, TimeSpan now)
    {
        if (ticket.Failures >= RetriesOf(ticket) || Scope is null || !HasMoney(ticket.Request))
        {
            // The last attempt had no answer and may still be running: only the deadline closes the request.
            return ticket.Attempts[^1].Over ? Close(ticket, ResultStatus.Failed, null, reason, now) : Stay;
        }
        var again = ticket with { Failures = ticket.Failures + 1, NotBefore = now + wait };
        var step = Replace(ticket, again).Dispatch(now);
        return step with { Decisions = step.Decisions.Insert(0, new OutOfBandDecision.Retry(ticket.Request, reason)) };
    }

    private bool MayRetry(TrackedRequest ticket, ErrorDetail? error) =>
        Scope is not null && HasMoney(ticket.Request) && ticket.Failures < RetriesOf(ticket) && !RetryHint.IsPermanent(error);

    // This attempt had no answer in time and was repeated, so its failure does not close the request.
    private static bool HasSuccessor(TrackedRequest ticket, Attempt attempt) => ticket.IsOpen && attempt.Number < ticket.Attempts.Length;

    private Step Close(TrackedRequest ticket, ResultStatus status, ResponseState? response, string? error, TimeSpan now,
        JsonElement? value = null)
    {
        if (!ticket.IsOpen && !MayCloseAgain(ticket)) return Stay;

        var text = (response?.Calls.FirstOrDefault()?.Arguments ?? response?.Text)?.Trim() is { Length: > 0 } words ? words : null;
        if (ticket.IsTask && status != ResultStatus.Completed && text is not null) text = Shortened(text);
        var attempt = response is null ? ticket.Attempts.LastOrDefault() : ticket.Attempts.FirstOrDefault(a => a.Response == response.Id);
        var result = new OutOfBandResult(
            ticket.Request, status, text, response?.Id ?? attempt?.Response, attempt?.Context ?? ScopeOf(ticket.Request).ToString()!,
            ticket.Attempts.Length, response?.Usage, response is null && ticket.Attempts.Any(a => a is { Over: false, LeftAt: not null })
            ? null : ticket.CostUsd, error) { Value = value, LatencyMs = (long)(now - ticket.AskedAt).TotalMilliseconds };

        // A task that was never sent can have no late result: it is removed at once, so that many refused tasks use no memory.
        var next = ticket.IsTask && ticket.Attempts.IsEmpty
            ? this with { Requests = Requests.RemoveAll(t => t.Order == ticket.Order) }
            : Replace(ticket, ticket with { Outcome = (result, now), NotBefore = null });
        var step = next.Dispatch(now);
        // With a result, or for a task (which takes no late result), the remaining attempts would only cost: cancel them.
        var cancels = ticket.Attempts.Where(
            a => (response is not null || (ticket.IsTask && Connected)) && a is { Over: false, Response: not null }).Select(Cancel);
        return step with { Decisions = [new OutOfBandDecision.Report(result), .. cancels, .. step.Decisions] };
    }

    private static OutOfBandDecision Cancel(Attempt attempt) =>
        new OutOfBandDecision.Send(new CancelResponse(attempt.Response) { EventId = EventId.Of($"{attempt.EventId}_cancel") });

    private Step CloseAll(Func<TrackedRequest, bool> which, ResultStatus status, string reason, TimeSpan now) =>
        Requests.Where(which).Aggregate(
            new Step(this, []), (step, ticket) => step.Then(desk => desk.Close(desk.Current(ticket), status, null, reason, now)));

    // Sends waiting requests while there is room. Transcripts and tasks have separate limits; no task is sent while a
    // transcript waits for room.
    private Step Dispatch(TimeSpan now)
    {
        if (!Connected || Scope is null || !IsAnyDue(now)) return Stay;
        var transcripts = Dispatch(t => !t.IsTask, Settings.MaxInFlight, now);
        return transcripts.Then(desk => desk.IsFull(now) ? desk.Stay : desk.Dispatch(t => t.IsTask, Settings.TasksInFlight, now));
    }

    private bool IsAnyDue(TimeSpan now)
    {
        foreach (var ticket in Requests)
        {
            if (ticket.IsOpen && ticket.NotBefore <= now) return true;
        }
        return false;
    }

    private bool IsFull(TimeSpan now) =>
        Requests.Count(t => !t.IsTask && t.InFlight) >= Settings.MaxInFlight
        && Requests.Any(t => !t.IsTask && t.IsOpen && t.NotBefore <= now);

    private Step Dispatch(Func<TrackedRequest, bool> which, int places, TimeSpan now)
    {
        var step = new Step(this, []);
        var room = places - Requests.Count(t => which(t) && t.InFlight);
        foreach (var ticket in Requests.Where(t => which(t) && t.IsOpen && t.NotBefore <= now).OrderBy(t => t.Order))
        {
            if (room <= 0) break;
            // not added yet
            if (OutOfBandRequestBuilder.Build(ticket, Window, ScopeOf(ticket.Request), Settings) is not var (attempt, order)) continue;
            var sent = ticket with { Attempts = ticket.Attempts.Add(attempt), NotBefore = null };
            step = new(step.Next.Replace(ticket, sent), step.Decisions.Add(new OutOfBandDecision.Send(order)));
            room--;
        }
        return step;
    }

    // By response id if known, else by the metadata that the server echoes; null: not our response.
    private (TrackedRequest Ticket, Attempt Attempt)? Find(ResponseState response)
    {
        if (Find(response.Id) is { } known) return known;
        if (response.Metadata is not { } metadata
            || !metadata.TryGetValue(OutOfBandMetadata.Task, out var task)
            || !metadata.TryGetValue(OutOfBandMetadata.Item, out var item)
            || !metadata.TryGetValue(OutOfBandMetadata.Attempt, out var number)) return null;

        return Requests.FirstOrDefault(t => t.Request.Task == task && t.Request.Item.Value == item) is { } match
            && match.Attempts.FirstOrDefault(
                a => a.Number.ToString(CultureInfo.InvariantCulture) == number && a.Response is null) is { } attempt
            ? (match, attempt)
            : null;
    }

    // Each piece of text asks for it.
    private (TrackedRequest Ticket, Attempt Attempt)? Find(ResponseId response)
    {
        foreach (var ticket in Requests)
        {
            foreach (var attempt in ticket.Attempts)
            {
                if (attempt.Response == response) return (ticket, attempt);
            }
        }
        return null;
    }

    private (TrackedRequest Ticket, Attempt Attempt)? Find(Func<Attempt, bool> which)
    {
        foreach (var ticket in Requests)
        {
            if (ticket.Attempts.FirstOrDefault(which) is { } attempt) return (ticket, attempt);
        }
        return null;
    }

    private OutOfBandTracker Replace(TrackedRequest old, TrackedRequest next)
    {
        var at = Requests.FindIndex(t => t.Order == old.Order);
        if (at < 0) return next.IsOpen && Settled.Contains(old) ? this with { Settled = Settled.Remove(old), Requests = Requests.Add(next) }
            : this;
        return next.IsSettled
            ? this with { Requests = Requests.RemoveAt(at),
            Settled = (Settled.Length < MaxSettled ? Settled : Settled.RemoveAt(0)).Add(next) }
            : this with { Requests = Requests.SetItem(at, next) };
    }

    // Spending is summed here only for tasks with their own limit; the ledger charges everything.
    private OutOfBandTracker Charged(OutOfBandRequest request, Usage? usage) =>
        request.LimitUsd is not null && Prices.Cost(Model, usage) is { } cost
        ? this with { Spent = Spent.SetItem(request.Task, Spent.GetValueOrDefault(request.Task) + cost) }
        : this;

    private bool HasMoney(OutOfBandRequest request) => request.LimitUsd is not { } limit || Spent.GetValueOrDefault(request.Task) < limit;

    // The budget limits the context; a request whose own context is narrower keeps it.
    private ContextScope ScopeOf(OutOfBandRequest request)
    {
        var scope = Scope ?? Settings.Context;
        return request.Context is not { } own || (Limited && scope.IsNarrowerThan(own)) ? scope : own;
    }

    private TimeSpan TimeoutOf(TrackedRequest ticket) => ticket.Request.Timeout ?? Settings.Timeout;

    private int RetriesOf(TrackedRequest ticket) => ticket.Request.Retries ?? Settings.Retries;

    // A timed-out transcript may still arrive and amend its turn; a task has no late result.
    private static bool MayCloseAgain(TrackedRequest ticket) => ticket is { IsTask: false, Outcome.Result.Status: ResultStatus.TimedOut };

    private static string Shortened(string answer) => answer.Length <= MaxShown ? answer : answer[..MaxShown] + "...";

    private TrackedRequest Current(TrackedRequest ticket) => Requests.FirstOrDefault(t => t.Order == ticket.Order) ?? ticket;

    private TimeSpan ForgottenAt(TrackedRequest ticket) => ticket.Outcome!.Value.At + Settings.LateWithin;

    private TimeSpan EndOf(TrackedRequest ticket) => ticket.IsOpen ? ticket.AskedAt + TimeoutOf(ticket) : ForgottenAt(ticket);

    private static TimeSpan? PostponedTo(TrackedRequest ticket) =>
        ticket.IsOpen && ticket.NotBefore > ticket.AskedAt ? ticket.NotBefore : null;

    private TimeSpan? UnansweredAt(TrackedRequest ticket) =>
        ticket.InFlight && ticket.Attempts[^1] is { Response: null, LeftAt: { } left } && ticket.Failures < RetriesOf(ticket)
        ? left + Settings.AnswerWithin : null;
}
