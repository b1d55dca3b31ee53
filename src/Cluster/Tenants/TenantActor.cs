using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Persistence;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Tenants;

/// <summary>
/// A tenant, on one node of the cluster at a time: admits its calls and leases its money. An answer leaves after what it rests on is in the
/// journal. <see cref="Tenant"/> decides.
/// </summary>
public sealed class TenantActor : ReceivePersistentActor, IWithTimers
{
    private const int SnapshotAfter = 200;

    // A node that has just joined may not be known here yet.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5), Idle = TimeSpan.FromMinutes(2);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly TimeProvider _clock;
    private Tenant _tenant;
    private int _sinceSnapshot;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    public override string PersistenceId { get; }

    /// <summary>Props of the tenant of this name.</summary>
    public static Props Props(string name, TenantLimits limits, TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new TenantActor(name, limits, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public TenantActor(string name, TenantLimits limits, TimeProvider clock)
    {
        (PersistenceId, _clock, _tenant) = ($"tenant-{name}", clock, new Tenant(new TenantId(name), limits));

        Recover<SnapshotOffer>(m => _tenant = ((TenantSnapshot)m.Snapshot).Restore(_tenant.Id, limits));
        Recover<TenantEvent>(e => _tenant = _tenant.On(e));
        Command<TenantMessages.Admit>(m =>
        {
            var (step, refusal) = _tenant.Admit(m.Node, m.Call, Today);
            Do(step.Decisions, tenant => new TenantMessages.Admission(m.Call, refusal, tenant.For(m.Node.Id, 0, Today)));
        });
        Command<TenantMessages.Report>(m => Do(
            _tenant.Report(m.Node, m.Spent, m.Left, Today).Decisions, tenant => tenant.For(m.Node.Id, m.Number, Today)));
        Command<TenantMessages.GetView>(_ => Sender.Tell(new TenantMessages.View(
            _tenant.Id, _tenant.Calls, _tenant.On(Today), _tenant.At(Today).MonthUsd, _tenant.LeasedUsd)));
        Command<ClusterEvent.MemberRemoved>(m => KeepMembers(m.Member.UniqueAddress));
        Command<Settled>(_ => KeepMembers(removed: null));
        Command<ReceiveTimeout>(_ =>
        {
            if (_tenant.Calls == 0) Context.Parent.Tell(new Passivate(PoisonPill.Instance));
        });
        Command<SaveSnapshotSuccess>(m =>
        {
            DeleteMessages(m.Metadata.SequenceNr);
            DeleteSnapshots(new SnapshotSelectionCriteria(m.Metadata.SequenceNr - 1));
        });
        // A snapshot only shortens the next recovery.
        Command<SaveSnapshotFailure>(_ => { });
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(_ => { });
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(_ => { });
    }

    private DateOnly Today => DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);

    /// <inheritdoc/>
    protected override void OnReplaySuccess()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
        Timers.StartSingleTimer(Settled.Signal, Settled.Signal, Settling);
        Context.SetReceiveTimeout(Idle);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    // The state follows the events in its own time: it may still have a member whose removal is told here.
    private void KeepMembers(UniqueAddress? removed) => Do(
        _tenant.Keep(_cluster.State.Members.Select(member => member.UniqueAddress).Where(member => !member.Equals(removed))
            .Select(ProcessOf).ToHashSet()).Decisions, null);

    /// <summary>The name of a process in messages.</summary>
    public static string ProcessOf(UniqueAddress address) => $"{address.Address}#{address.Uid}";

    private void Do(IReadOnlyCollection<TenantEvent> events, Func<Tenant, object>? answer)
    {
        var asker = Sender;
        var left = events.Count;
        if (left == 0)
        {
            Answer();
            return;
        }
        PersistAll(events, e =>
        {
            _tenant = _tenant.On(e);
            if (--left == 0) Answer();
            if (++_sinceSnapshot < SnapshotAfter || left > 0) return;
            _sinceSnapshot = 0;
            SaveSnapshot(TenantSnapshot.Of(_tenant));
        });

        void Answer()
        {
            if (answer is not null) asker.Tell(answer(_tenant));
        }
    }

    private sealed record Settled
    {
        public static readonly Settled Signal = new();
    }
}
