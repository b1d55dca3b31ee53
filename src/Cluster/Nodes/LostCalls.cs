using System.Collections.Immutable;
using RealtimeAkka.Gateway.Http;

namespace RealtimeAkka.Cluster.Nodes;

/// <summary>
/// The calls of nodes that were removed with them, as this node last heard: for an hour, the newest thousand. Where there is a store it has
/// them for longer, with their records.
/// </summary>
public sealed class LostCalls
{
    /// <summary>So many are remembered at most.</summary>
    public const int Most = 1000;

    /// <summary>For so long.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromHours(1);

    private readonly ImmutableArray<Lost> _calls;

    private LostCalls(ImmutableArray<Lost> calls) => _calls = calls;

    /// <summary>None.</summary>
    public static LostCalls None { get; } = new([]);

    /// <summary>A node is gone with these calls; what was known of it before counts no more.</summary>
    public LostCalls Add(NodeId node, ImmutableArray<CallView> live, DateTimeOffset now) => new(
    [
        .. _calls.Where(lost => lost.Node != node && lost.Until > now)
            .Concat(live.Select(call => new Lost(node, now + Keep, call with { State = CallView.Lost })))
            .OrderByDescending(lost => lost.Call.StartedAt).Take(Most),
    ]);

    /// <summary>Those to show, without those of members: a node that is back answers for its calls itself.</summary>
    public ImmutableArray<CallView> At(DateTimeOffset now, IReadOnlySet<NodeId> members) =>
        [.. _calls.Where(lost => lost.Until > now && !members.Contains(lost.Node)).Select(lost => lost.Call)];

    private readonly record struct Lost(NodeId Node, DateTimeOffset Until, CallView Call);
}
