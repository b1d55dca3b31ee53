using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>What the desk wants done.</summary>
public abstract record OutOfBandDecision
{
    private OutOfBandDecision() { }

    /// <summary>Put this on the wire.</summary>
    public sealed record Send(ClientEvent Event) : OutOfBandDecision;

    /// <summary>Tell whoever asked. A second report of the same request is a late result.</summary>
    public sealed record Report(OutOfBandResult Result) : OutOfBandDecision;

    /// <summary>An attempt failed and is made again.</summary>
    public sealed record Retry(OutOfBandRequest Request, string Reason) : OutOfBandDecision;
}

/// <summary>
/// Every out-of-band request: builds it, correlates what comes back by metadata and response id, retries, times out, limits.
/// A value: <see cref="On(ServerEvent, TimeSpan)"/> and its siblings return the next desk and what is to be done.
/// </summary>
public sealed record OutOfBandDesk(OutOfBandSettings Settings, PriceList Prices, string Model)
{
    // A task's answer in characters: a page or two is a result, a megabyte is an accident. And what is repeated of a wrong one.
    private const int MaxAnswer = 64 * 1024;
    private const int MaxShown = 2000;

    // Answered requests that are known again when somebody wants another answer, which is soon or never.
    private const int MostSettled = 4;

    // A new connection is told what was said so far; a task that waited for it shall see that.
    private static readonly TimeSpan ToldWithin = TimeSpan.FromSeconds(1);

    /// <summary>The next desk and what to do, in order.</summary>
    public readonly record struct Step(OutOfBandDesk Next, ImmutableArray<OutOfBandDecision> Decisions)
    {
        /// <summary>The step after this one, with the decisions of both.</summary>
        public Step Then(Func<OutOfBandDesk, Step> next)
        {
            var then = next(Next);
            return new(then.Next, Decisions.AddRange(then.Decisions));
        }
    }

    private ContextWindow Window { get; init; } = new(Settings.Items);
    private ImmutableList<OutOfBandTicket> Tickets { get; init; } = [];
    private ImmutableList<OutOfBandTicket> Settled { get; init; } = []; // nothing more can come of them; the oldest first
    private bool Limited { get; init; }
    private ContextScope? Scope { get; init; } = Settings.Context;
    private ImmutableDictionary<string, decimal> Spent { get; init; } = ImmutableDictionary<string, decimal>.Empty;
    private bool Connected { get; init; }
    private bool Returning { get; init; } // no connection now, but another will come
    private long Asked { get; init; }

    private Step Stay => new(this, []);

    /// <summary>The next moment after <paramref name="now"/> at which <see cref="OnTime"/> has something to do; null while nothing waits.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        TimeSpan? next = null;
        foreach (var ticket in Tickets)
        {
            foreach (var due in Dues(ticket))
            {
                if (due > now && !(next <= due)) next = due;
            }
        }
        return next;
    }

    /// <summary>
    /// A new request. Where there is one for the same task and item it changes nothing, unless that one has its answer and is
    /// wanted <paramref name="again"/>: then it goes on with its next attempt.
    /// </summary>
    public Step Ask(OutOfBandRequest request, TimeSpan now, bool again = false)
    {
        var known = Tickets.Find(t => t.IsFor(request)) ?? Settled.Find(t => t.IsFor(request));
        if (known is not null && (!again || known.IsOpen)) return Stay;

        var ticket = known is null
            ? new OutOfBandTicket(request, now, (request.Priority, Asked))
            : known with { Request = request, AskedAt = now, Closed = null, NotBefore = now, Failures = 0, Repair = null };
        var waiting = Tickets.Count(t => t.IsTask == ticket.IsTask && t.IsOpen && !t.InFlight);
        var next = known is null ? this with { Asked = Asked + 1, Tickets = Tickets.Add(ticket) } : Replace(known, ticket);

        if (Scope is null) return next.Close(ticket, ResultStatus.Disabled, null, "budget", now);
        if (!next.HasMoney(request)) return next.Close(ticket, ResultStatus.Disabled, null, "budget_share", now);
        if (!Connected && !(ticket.IsTask && Returning)) return next.Close(ticket, ResultStatus.Failed, null, "no_connection", now);
        return waiting >= Settings.Queue
            ? next.Close(ticket, ResultStatus.Failed, null, "queue_full", now)
            : next.Dispatch(now);
    }

    /// <summary>The budget changed what may be asked; null stops all requests that have not been sent.</summary>
    public Step Limit(ContextScope? scope, TimeSpan now)
    {
        var next = this with { Scope = scope, Limited = true };
        return scope is null ? next.Disable(now) : new(next, []);
    }

    /// <summary>A new connection: the ids of the old one are void.</summary>
    public Step Opened(TimeSpan now) => new(
        this with
        {
            Connected = true, Returning = false, Window = new(Window.Capacity), Settled = [],
            Tickets = Tickets.RemoveAll(t => !t.IsOpen).ConvertAll(t => t with { NotBefore = now + ToldWithin }),
        },
        []);

    /// <summary>The connection is gone: what it owed will not come.</summary>
    public Step Disconnected(TimeSpan now) =>
        (this with { Connected = false, Returning = false }).CloseAll(t => t.IsOpen, ResultStatus.Failed, "connection_lost", now);

    /// <summary>
    /// The connection is gone and another will come. Transcripts are asked for anew by whoever hears the turn again; a task waits
    /// for the new connection, for as long as it has time.
    /// </summary>
    public Step Lost(TimeSpan now)
    {
        var waiting = Tickets.ConvertAll(t => t is { IsTask: true, IsOpen: true } && t.Failures <= RetriesOf(t) ? Void(t, now) : t);
        return (this with { Connected = false, Returning = true, Tickets = waiting }).CloseAll(t => t is { IsTask: false, IsOpen: true }, ResultStatus.Failed, "connection_lost", now);
    }

    /// <summary>An event that the router gave us.</summary>
    public Step On(ServerEvent e, TimeSpan now) => e switch
    {
        ResponseCreated c => Created(c.Response),
        OutputTextDone t => Said(t.ResponseId, t.Text),
        FunctionCallDone c => Said(c.ResponseId, c.Arguments),
        ResponseDone d => Done(d.Response, now),
        ServerError { Error.EventId: { } id } error => Rejected(EventId.Of(id), error.Error, now),
        InputCommitted or ItemAdded or ItemDone => (this with { Window = Window.On(e) }).Overtaken(now),
        _ => (this with { Window = Window.On(e) }).Dispatch(now),
    };

    /// <summary>
    /// A request of ours has left for the wire: the server's time to answer begins. While the line is stuck it has not, and
    /// asking twice would only be paid twice.
    /// </summary>
    public Step Left(EventId id, TimeSpan now) =>
        Find(a => a.EventId == id) is var (ticket, attempt) && attempt.LeftAt is null ? new(Replace(ticket, ticket.With(attempt with { LeftAt = now })), []) : Stay;

    /// <summary>Time has passed: asks again what nobody answered, closes what is overdue, forgets what is long closed.</summary>
    public Step OnTime(TimeSpan now)
    {
        var step = new Step(this with { Tickets = Tickets.RemoveAll(IsOld) }, []);
        foreach (var ticket in Tickets.Where(t => t.IsOpen))
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

        bool IsOld(OutOfBandTicket ticket) => !ticket.IsOpen && now >= ForgottenAt(ticket);
    }

    // A request that does not name its items means the newest turn at the moment the server reads it. While the server has
    // not said response.created, a newer commit may have come first: the attempt is void, and if nothing else is under way for
    // its question, we ask again, by name. So is an earlier attempt that got no answer in time, and one whose time is over.
    private Step Overtaken(TimeSpan now)
    {
        var next = !Tickets.IsEmpty && Tickets.Exists(IsOvertaken) ? this with { Tickets = Tickets.ConvertAll(ticket => IsOvertaken(ticket) ? ticket.Overtaken(now) : ticket) } : this;
        return Scope is null ? next.Disable(now) : next.Dispatch(now);
    }

    private bool IsOvertaken(OutOfBandTicket ticket) => ticket.Attempts.Exists(a => a.MayBeOvertaken)
        && !Window.IsNewestUserItem(ticket.IsTask ? Window.Standing(ticket.Request.Item) ?? ticket.Request.Item : ticket.Request.Item);

    // What it has at the server is gone with the line, and nobody will say what that has cost.
    private static OutOfBandTicket Void(OutOfBandTicket ticket, TimeSpan now) => !ticket.InFlight ? ticket : ticket with
    {
        Attempts = ticket.Attempts.ConvertAll(a => a with { Over = true }),
        CostUsd = ticket.Attempts[^1].LeftAt is null ? ticket.CostUsd : null,
        Failures = ticket.Failures + 1,
        NotBefore = now,
    };

    // With the budget spent nothing that waits will ever be sent.
    private Step Disable(TimeSpan now) => CloseAll(t => t.IsOpen && !t.InFlight, ResultStatus.Disabled, "budget", now);

    private Step Created(ResponseState response)
    {
        if (Find(response) is not var (ticket, attempt) || attempt.Response is not null) return Stay;

        var named = ticket.With(attempt with { Response = response.Id });
        var next = Replace(ticket, named);
        // Nobody waits for a void attempt, and nobody for the second answer to a question that has its result.
        var unwanted = attempt.Void || (!ticket.IsOpen && !MayCloseAgain(ticket));
        return new(next, unwanted ? [Cancel(attempt with { Response = response.Id })] : []);
    }

    private Step Said(ResponseId response, string words)
    {
        if (Find(a => a.Response == response) is not var (ticket, attempt) || attempt.Over) return Stay;
        return new(Replace(ticket, ticket.With(attempt with { Said = attempt.Said + words })), []);
    }

    private Step Done(ResponseState response, TimeSpan now)
    {
        if (Find(response) is not var (ticket, attempt) || attempt.Over) return Stay;

        var usage = Usage.Read(response.Usage, Modality.Text);
        var counted = ticket.With(attempt with { Response = response.Id, Over = true }) with
        {
            // A result without usage has an unknown cost; what failed without any has cost nothing.
            CostUsd = usage is not null ? ticket.CostUsd + Prices.Cost(Model, usage) : response.Status is "failed" ? ticket.CostUsd : null,
        };
        var next = Replace(ticket, counted).Charged(ticket.Request, usage);
        if (attempt.Void) return next.Dispatch(now);

        // Compatible servers leave the output out of response.done; what was said before stands for it.
        if (response.Text.Length == 0 && attempt.Said is { } said) response = response with { Output = [new ConversationItem("message", Content: [new ContentPart("text", said)])] };
        var text = response.Text.Trim();
        var error = response.StatusDetails?.Error;
        return response.Status switch
        {
            "completed" or null when ticket.IsTask => next.Check(counted, response, now),
            "completed" or null => next.Close(counted, text.Length == 0 ? ResultStatus.Empty : ResultStatus.Completed, response, null, now),
            "incomplete" => next.Close(counted, ResultStatus.Incomplete, response, response.StatusDetails?.Reason ?? "incomplete", now),
            "cancelled" => next.Close(counted, ResultStatus.Cancelled, response, response.StatusDetails?.Reason ?? "cancelled", now),
            _ when HasSuccessor(counted, attempt) => next.Dispatch(now),
            _ when counted.IsOpen && MayRetry(counted, error) => next.Fail(counted, error?.Reason ?? "failed", RetryAdvice.Wait(error), now),
            _ => next.Close(counted, ResultStatus.Failed, response, error?.Reason ?? "failed", now),
        };
    }

    // What a task's answer has to look like is looked at here, so that no task ever sees another; a wrong one is asked again once.
    private Step Check(OutOfBandTicket ticket, ResponseState response, TimeSpan now)
    {
        var answer = (response.Calls.FirstOrDefault()?.Arguments ?? response.Text).Trim();
        if (answer.Length > MaxAnswer) return Close(ticket, ResultStatus.Failed, response, $"too_large: {answer.Length} characters, at most {MaxAnswer}", now);
        if (ticket.Request.Result is not { } schema) return Close(ticket, answer.Length == 0 ? ResultStatus.Empty : ResultStatus.Completed, response, null, now);

        var (value, wrong) = schema.Read(answer);
        if (wrong is null) return Close(ticket, ResultStatus.Completed, response, null, now, value);
        if (!ticket.IsOpen || ticket.Repair is not null || Scope is null || !HasMoney(ticket.Request)) return Close(ticket, ResultStatus.Failed, response, $"invalid: {wrong}", now);

        var step = Replace(ticket, ticket with { Repair = (Shortened(answer), wrong), NotBefore = now }).Dispatch(now);
        return step with { Decisions = step.Decisions.Insert(0, new OutOfBandDecision.Retry(ticket.Request, $"invalid: {wrong}")) };
    }

    private Step Rejected(EventId id, ErrorDetail error, TimeSpan now)
    {
        if (Find(a => a.EventId == id && !a.Over) is not var (ticket, attempt)) return Stay; // for a cancel, or a request long forgotten

        var over = ticket.With(attempt with { Over = true });
        var next = Replace(ticket, over);
        if (attempt.Void || !ticket.IsOpen || HasSuccessor(ticket, attempt)) return next.Dispatch(now);
        return MayRetry(over, error)
            ? next.Fail(over, error.Reason, RetryAdvice.Wait(error), now)
            : next.Close(over, ResultStatus.Failed, null, error.Reason, now);
    }

    // Puts a failed request back into the queue, or gives up on it.
    private Step Fail(OutOfBandTicket ticket, string reason, TimeSpan wait, TimeSpan now)
    {
        if (ticket.Failures >= RetriesOf(ticket) || Scope is null || !HasMoney(ticket.Request))
        {
            // Without an answer the last attempt may still be at work: only the deadline ends it.
            return ticket.Attempts[^1].Over ? Close(ticket, ResultStatus.Failed, null, reason, now) : Stay;
        }
        var again = ticket with { Failures = ticket.Failures + 1, NotBefore = now + wait };
        var step = Replace(ticket, again).Dispatch(now);
        return step with { Decisions = step.Decisions.Insert(0, new OutOfBandDecision.Retry(ticket.Request, reason)) };
    }

    private bool MayRetry(OutOfBandTicket ticket, ErrorDetail? error) => Scope is not null && HasMoney(ticket.Request) && ticket.Failures < RetriesOf(ticket) && !RetryAdvice.IsPermanent(error);

    // It failed for want of an answer and was asked again: what becomes of it now is not the last word.
    private static bool HasSuccessor(OutOfBandTicket ticket, Attempt attempt) => ticket.IsOpen && attempt.Number < ticket.Attempts.Count;

    private Step Close(OutOfBandTicket ticket, ResultStatus status, ResponseState? response, string? error, TimeSpan now, JsonElement? value = null)
    {
        if (!ticket.IsOpen && !MayCloseAgain(ticket)) return Stay;

        var text = (response?.Calls.FirstOrDefault()?.Arguments ?? response?.Text)?.Trim() is { Length: > 0 } words ? words : null;
        if (ticket.IsTask && status != ResultStatus.Completed && text is not null) text = Shortened(text);
        var attempt = response is null ? ticket.Attempts.LastOrDefault() : ticket.Attempts.Find(a => a.Response == response.Id);
        var result = new OutOfBandResult(
            ticket.Request, status, text, response?.Id ?? attempt?.Response, attempt?.Context ?? ScopeOf(ticket.Request).ToString()!,
            ticket.Attempts.Count, response?.Usage, response is null && ticket.Attempts.Exists(a => a is { Over: false, LeftAt: not null }) ? null : ticket.CostUsd, error) { Value = value };

        // Of a task that was never sent nothing can come any more: a flood of refused ones leaves nothing behind.
        var next = ticket.IsTask && ticket.Attempts.IsEmpty
            ? this with { Tickets = Tickets.RemoveAll(t => t.Order == ticket.Order) }
            : Replace(ticket, ticket with { Closed = (result, now), NotBefore = null });
        var step = next.Dispatch(now);
        // With a result in hand, or nobody waiting for a late one, what other attempts may still say is only a cost.
        var cancels = ticket.Attempts.Where(a => (response is not null || (ticket.IsTask && Connected)) && a is { Over: false, Response: not null }).Select(Cancel);
        return step with { Decisions = [new OutOfBandDecision.Report(result), .. cancels, .. step.Decisions] };
    }

    private static OutOfBandDecision Cancel(Attempt attempt) =>
        new OutOfBandDecision.Send(new CancelResponse(attempt.Response) { EventId = EventId.Of($"{attempt.EventId}_cancel") });

    private Step CloseAll(Func<OutOfBandTicket, bool> which, ResultStatus status, string reason, TimeSpan now) =>
        Tickets.Where(which).Aggregate(new Step(this, []), (step, ticket) => step.Then(desk => desk.Close(desk.Current(ticket), status, null, reason, now)));

    // Sends what waits, as long as there is room: transcripts in their places, then tasks in theirs; no task while a
    // transcript waits for a place.
    private Step Dispatch(TimeSpan now)
    {
        if (!Connected || Scope is null || Tickets.IsEmpty || !Tickets.Exists(t => t.IsOpen && t.NotBefore <= now)) return Stay;
        var transcripts = Dispatch(t => !t.IsTask, Settings.MaxInFlight, now);
        return transcripts.Then(desk => desk.IsFull(now) ? desk.Stay : desk.Dispatch(t => t.IsTask, Settings.TasksInFlight, now));
    }

    private bool IsFull(TimeSpan now) =>
        Tickets.Count(t => !t.IsTask && t.InFlight) >= Settings.MaxInFlight && Tickets.Exists(t => !t.IsTask && t.IsOpen && t.NotBefore <= now);

    private Step Dispatch(Func<OutOfBandTicket, bool> which, int places, TimeSpan now)
    {
        var step = new Step(this, []);
        var room = places - Tickets.Count(t => which(t) && t.InFlight);
        foreach (var ticket in Tickets.Where(t => which(t) && t.IsOpen && t.NotBefore <= now).OrderBy(t => t.Order))
        {
            if (room <= 0) break;
            if (OutOfBandOrder.For(ticket, Window, ScopeOf(ticket.Request)) is not var (attempt, order)) continue; // its item may not be named yet
            var sent = ticket with { Attempts = ticket.Attempts.Add(attempt), NotBefore = null };
            step = new(step.Next.Replace(ticket, sent), step.Decisions.Add(new OutOfBandDecision.Send(order)));
            room--;
        }
        return step;
    }

    // By the response's id once we know it, else by the metadata that the server echoes; null for strangers.
    private (OutOfBandTicket Ticket, Attempt Attempt)? Find(ResponseState response)
    {
        if (Find(a => a.Response == response.Id) is { } known) return known;
        if (response.Metadata is not { } metadata
            || !metadata.TryGetValue(OutOfBandMetadata.Task, out var task)
            || !metadata.TryGetValue(OutOfBandMetadata.Item, out var item)
            || !metadata.TryGetValue(OutOfBandMetadata.Attempt, out var number)) return null;

        return Tickets.Find(t => t.Request.Task == task && t.Request.Item.Value == item) is { } match
            && match.Attempts.Find(a => a.Number.ToString(CultureInfo.InvariantCulture) == number && a.Response is null) is { } attempt
            ? (match, attempt)
            : null;
    }

    private (OutOfBandTicket Ticket, Attempt Attempt)? Find(Predicate<Attempt> which)
    {
        foreach (var ticket in Tickets)
        {
            if (ticket.Attempts.Find(which) is { } attempt) return (ticket, attempt);
        }
        return null;
    }

    private OutOfBandDesk Replace(OutOfBandTicket old, OutOfBandTicket next)
    {
        var at = Tickets.FindIndex(t => t.Order == old.Order);
        if (at < 0) return next.IsOpen && Settled.Contains(old) ? this with { Settled = Settled.Remove(old), Tickets = Tickets.Add(next) } : this;
        return next.IsSettled
            ? this with { Tickets = Tickets.RemoveAt(at), Settled = (Settled.Count < MostSettled ? Settled : Settled.RemoveAt(0)).Add(next) }
            : this with { Tickets = Tickets.SetItem(at, next) };
    }

    // What may cost as much as it likes is not added up here; the ledger does that.
    private OutOfBandDesk Charged(OutOfBandRequest request, Usage? usage) => request.LimitUsd is not null && Prices.Cost(Model, usage) is { } cost
        ? this with { Spent = Spent.SetItem(request.Task, Spent.GetValueOrDefault(request.Task) + cost) }
        : this;

    private bool HasMoney(OutOfBandRequest request) => request.LimitUsd is not { } limit || Spent.GetValueOrDefault(request.Task) < limit;

    // A tight budget narrows what is seen; a request that sees less anyway keeps to that.
    private ContextScope ScopeOf(OutOfBandRequest request)
    {
        var scope = Scope ?? Settings.Context;
        return request.Context is not { } own || (Limited && scope.IsNarrowerThan(own)) ? scope : own;
    }

    private TimeSpan TimeoutOf(OutOfBandTicket ticket) => ticket.Request.Timeout ?? Settings.Timeout;

    private int RetriesOf(OutOfBandTicket ticket) => ticket.Request.Retries ?? Settings.Retries;

    // A transcript that came to nothing in time may still come and amend its turn; nobody waits for a task so long.
    private static bool MayCloseAgain(OutOfBandTicket ticket) => ticket is { IsTask: false, Closed.Result.Status: ResultStatus.TimedOut };

    private static string Shortened(string answer) => answer.Length <= MaxShown ? answer : answer[..MaxShown] + "...";

    private OutOfBandTicket Current(OutOfBandTicket ticket) => Tickets.Find(t => t.Order == ticket.Order) ?? ticket;

    private TimeSpan ForgottenAt(OutOfBandTicket ticket) => ticket.Closed!.Value.At + Settings.LateWithin;

    private IEnumerable<TimeSpan> Dues(OutOfBandTicket ticket)
    {
        if (!ticket.IsOpen)
        {
            yield return ForgottenAt(ticket);
            yield break;
        }
        yield return ticket.AskedAt + TimeoutOf(ticket);
        if (ticket.NotBefore is { } notBefore && notBefore > ticket.AskedAt) yield return notBefore;
        if (ticket.InFlight && ticket.Attempts[^1] is { Response: null, LeftAt: { } left } && ticket.Failures < RetriesOf(ticket)) yield return left + Settings.AnswerWithin;
    }
}
