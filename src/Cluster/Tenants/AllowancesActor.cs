using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>
/// The tenants of this node's calls: asks for a place for each call, writes what calls spend into the journal, reports it, and tells the
/// calls where their budgets stand. Blocks for the disk, so it needs a thread of its own.
/// </summary>
public sealed class AllowancesActor : ReceiveActor, IWithTimers
{
    // A tenant that moves to another node may miss a question.
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(2), GiveUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly AllowanceSettings _settings;
    private readonly ChargeJournal _journal;
    private readonly NodeProcess _node;
    private readonly IActorRef _tenants;
    private readonly Dictionary<TenantId, Allowance> _allowances = [];
    private readonly Dictionary<SessionId, TenantId> _tenantOf = [];
    private readonly Dictionary<SessionId, Waiting> _waiting = [];
    private IActorRef _flusher = ActorRefs.Nobody;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that owns <paramref name="journal"/> and sends to <paramref name="tenants"/>.</summary>
    public static Props Props(AllowanceSettings settings, ChargeJournal journal, string process, IActorRef tenants) =>
        Akka.Actor.Props.Create(() => new AllowancesActor(settings, journal, process, tenants));

    /// <summary>Use <see cref="Props"/>.</summary>
    public AllowancesActor(AllowanceSettings settings, ChargeJournal journal, string process, IActorRef tenants)
    {
        (_settings, _journal, _node, _tenants) = (settings, journal, new NodeProcess(journal.Node, process), tenants);
        foreach (var (tenant, day, usd) in journal.Sums) _allowances[tenant] = Of(tenant).Recover(day, usd);

        Receive<Enter>(m =>
        {
            _waiting[m.Call] = new Waiting(m.Tenant, Sender, Now + GiveUp, Now + AskAgain);
            _tenants.Tell(new TenantMessages.Admit(m.Tenant, _node, m.Call));
        });
        Receive<TenantMessages.Admission>(OnAdmission);
        Receive<TenantMessages.Standing>(m => Change(m.Tenant, allowance => allowance.On(m)));
        Receive<Spent>(m => OnSpent(m.Call, m.TotalUsd));
        Receive<Leave>(m => Forget(m.Call));
        Receive<Flush>(_ => _flusher = Sender);
        Receive<Tick>(_ => OnTick());
    }

    private TimeSpan Now => _settings.Clock.GetElapsedTime(0);

    private DateTimeOffset At => _settings.Clock.GetUtcNow();

    private DateOnly Today => DateOnly.FromDateTime(At.UtcDateTime);

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(Tick.Signal, Tick.Signal, Interval);

    /// <inheritdoc/>
    protected override void PostStop() => _journal.Dispose();

    private Allowance Of(TenantId tenant) =>
        _allowances.GetValueOrDefault(tenant) ?? new Allowance(tenant, _settings.Limits, _settings.Thresholds);

    private void OnAdmission(TenantMessages.Admission m)
    {
        if (!_waiting.Remove(m.Call, out var waiting)) return; // given up, and reported as such
        Change(waiting.Tenant, allowance => m.Refusal is null ? allowance.On(m.Standing).Enter(m.Call) : allowance.On(m.Standing));
        if (m.Refusal is null) _tenantOf[m.Call] = waiting.Tenant;
        waiting.Asker.Tell(new Entered(m.Refusal, Of(waiting.Tenant).Budget(Today, Now)));
    }

    private void OnSpent(SessionId call, decimal totalUsd)
    {
        if (!_tenantOf.TryGetValue(call, out var tenant)) return;
        var (next, usd) = Of(tenant).Charge(call, totalUsd, Today);
        if (usd > 0) _journal.Add(call, tenant, Today, usd, At);
        Change(tenant, _ => next);
    }

    private void Forget(SessionId call)
    {
        if (_tenantOf.Remove(call, out var tenant)) Change(tenant, allowance => allowance.Leave(call));
    }

    private void Change(TenantId tenant, Func<Allowance, Allowance> change)
    {
        var (next, tell) = change(Of(tenant)).Judge(Today, Now);
        _allowances[tenant] = next;
        if (tell is not { } budget) return;
        foreach (var call in next.Calls.Keys) _settings.Tell(call, budget);
    }

    private void OnTick()
    {
        foreach (var (call, waiting) in _waiting.ToList())
        {
            if (Now >= waiting.GiveUpAt) GiveUpOn(call, waiting);
            else if (Now >= waiting.AskAt)
            {
                _waiting[call] = waiting with { AskAt = Now + AskAgain };
                _tenants.Tell(new TenantMessages.Admit(waiting.Tenant, _node, call));
            }
        }
        if (_journal.Flush()) Report();
        else _log.Warning("Charges cannot be written: {Reason}", "the disk takes nothing");
        if (_allowances.Values.All(allowance => allowance.IsReported)) _flusher.Tell(new Flushed());
    }

    private void Report()
    {
        foreach (var (tenant, allowance) in _allowances.ToList())
        {
            var (next, report) = allowance.Send(_node, Now);
            if (report is not null) _tenants.Tell(report);
            if (next.IsSettled && next.Spent.IsEmpty) _allowances.Remove(tenant);
            else Change(tenant, _ => next); // without an answer a budget may count as spent by now
        }
    }

    // The tenant may have admitted it all the same: the report takes it back.
    private void GiveUpOn(SessionId call, Waiting waiting)
    {
        _waiting.Remove(call);
        Change(waiting.Tenant, allowance => allowance.Leave(call));
        waiting.Asker.Tell(new Entered(CallRefusal.TenantUnreachable, null));
    }

    /// <summary>May this call of a tenant begin? Answered with <see cref="Entered"/>, after some seconds at the latest.</summary>
    public sealed record Enter(SessionId Call, TenantId Tenant);

    /// <summary>Whether the call may begin; null: it may; and where the tenant's budget stands; null: there is none.</summary>
    public sealed record Entered(CallRefusal? Refusal, TenantBudget? Budget);

    /// <summary>A call has spent so many US dollars in all.</summary>
    public sealed record Spent(SessionId Call, decimal TotalUsd);

    /// <summary>A call is over.</summary>
    public sealed record Leave(SessionId Call);

    /// <summary>Answered with <see cref="Flushed"/> once every tenant knows everything; for one sender.</summary>
    public sealed record Flush;

    /// <summary>Everything is reported.</summary>
    public sealed record Flushed;

    private sealed record Waiting(TenantId Tenant, IActorRef Asker, TimeSpan GiveUpAt, TimeSpan AskAt);

    private sealed record Tick
    {
        public static readonly Tick Signal = new();
    }
}
