using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Http;

namespace RealtimeAkka.Cluster.Nodes;

/// <summary>
/// Tells all nodes which calls this one has, every two seconds if that has changed. Each node writes an entry of its own, which readers
/// leave out once the node is no member any more. What a node had that did not leave by itself is remembered here as lost.
/// </summary>
public sealed class DirectoryActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly IActorRef _replicator = DistributedData.Get(Context.System).Replicator;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private CallView[] _published = [];
    private LostCalls _lost = LostCalls.None;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of the directory of these calls of a node.</summary>
    public static Props Props(NodeId node, NodeCalls calls, TimeProvider clock) =>
        Akka.Actor.Props.Create(() => new DirectoryActor(node, calls, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public DirectoryActor(NodeId node, NodeCalls calls, TimeProvider clock)
    {
        var self = _cluster.SelfUniqueAddress;
        Receive<Publish>(_ =>
        {
            CallView[] live = [.. calls.Live];
            if (live.AsSpan().SequenceEqual(_published)) return;
            _published = live;
            var entry = new NodeMessages.Calls([.. live]);
            _replicator.Tell(Dsl.Update(
                Key(node), new LWWRegister<NodeMessages.Calls>(self, entry), WriteLocal.Instance,
                before => before.WithValue(self, entry)));
        });
        // The answer to an update, which is local and cannot fail.
        Receive<IUpdateResponse>(_ => { });
        // A node that leaves by itself has no calls any more, whatever it said last.
        Receive<ClusterEvent.MemberRemoved>(m =>
        {
            if (m.PreviousStatus == MemberStatus.Down && NodeRole.Of(m.Member.Roles) is { } gone)
                _replicator.Tell(Dsl.Get(Key(gone.Id), ReadLocal.Instance, gone));
        });
        Receive<GetSuccess>(m =>
        {
            var gone = (NodeRole)m.Request!;
            // It may have died before it said anything: what is there then is from the process before.
            _lost = _lost.Add(
                gone.Id, [.. m.Get(Key(gone.Id)).Value.Live.Where(call => gone.MayHave(call.StartedAt))], clock.GetUtcNow());
        });
        Receive<IGetResponse>(_ => { }); // it had said nothing
        Receive<GetLost>(_ => Sender.Tell(_lost.At(
            clock.GetUtcNow(), _cluster.State.Members.Select(member => NodeRole.Of(member.Roles)?.Id).OfType<NodeId>().ToHashSet())));
    }

    /// <summary>Where the calls of a node stand in the directory.</summary>
    public static LWWRegisterKey<NodeMessages.Calls> Key(NodeId node) => new($"calls-{node}");

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(Publish.Signal, Publish.Signal, Interval);
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberRemoved));
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <summary>Answered with the calls that were lost with nodes that are not back.</summary>
    public sealed record GetLost;

    private sealed record Publish
    {
        public static readonly Publish Signal = new();
    }
}
