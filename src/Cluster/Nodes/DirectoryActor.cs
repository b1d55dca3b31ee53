using Akka.Actor;
using Akka.Cluster;
using Akka.DistributedData;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Http;

namespace RealtimeAkka.Cluster.Nodes;

/// <summary>
/// Tells all nodes which calls this one has, every two seconds if that has changed. Each node writes an entry of its own, which readers
/// leave out once the node is no member any more.
/// </summary>
public sealed class DirectoryActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly IActorRef _replicator = DistributedData.Get(Context.System).Replicator;
    private readonly UniqueAddress _self = Akka.Cluster.Cluster.Get(Context.System).SelfUniqueAddress;
    private CallView[] _published = [];

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of the directory of these calls of a node.</summary>
    public static Props Props(NodeId node, NodeCalls calls) => Akka.Actor.Props.Create(() => new DirectoryActor(node, calls));

    /// <summary>Use <see cref="Props"/>.</summary>
    public DirectoryActor(NodeId node, NodeCalls calls)
    {
        Receive<Publish>(_ =>
        {
            CallView[] live = [.. calls.Live];
            if (live.AsSpan().SequenceEqual(_published)) return;
            _published = live;
            var entry = new NodeMessages.Calls([.. live]);
            _replicator.Tell(Dsl.Update(
                Key(node), new LWWRegister<NodeMessages.Calls>(_self, entry), WriteLocal.Instance,
                before => before.WithValue(_self, entry)));
        });
        // The answer to an update, which is local and cannot fail.
        Receive<IUpdateResponse>(_ => { });
    }

    /// <summary>Where the calls of a node stand in the directory.</summary>
    public static LWWRegisterKey<NodeMessages.Calls> Key(NodeId node) => new($"calls-{node}");

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(Publish.Signal, Publish.Signal, Interval);

    private sealed record Publish
    {
        public static readonly Publish Signal = new();
    }
}
