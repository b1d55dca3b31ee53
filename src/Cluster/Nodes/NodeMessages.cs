using System.Collections.Immutable;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Cluster.Nodes;

/// <summary>Owned by GateActor; all of them cross the network.</summary>
public static class NodeMessages
{
    /// <summary>Answered with <see cref="Found"/>.</summary>
    public sealed record Find(SessionId Call);

    /// <summary>A call of the node; null: it has none of this id.</summary>
    public sealed record Found(CallView? Call);

    /// <summary>The records after a number, and whether to wait some seconds for the first; answered with <see cref="Records"/>.</summary>
    public sealed record Read(SessionId Call, long After, bool IsPatient);

    /// <summary>Records of a call, each as one line of JSON; null: there is no such call.</summary>
    public sealed record Records(ImmutableArray<Line>? Lines, bool IsLast);

    /// <summary>One record.</summary>
    public readonly record struct Line(long Number, ReadOnlyMemory<byte> Json);

    /// <summary>End a call in good order.</summary>
    public sealed record Stop(SessionId Call);

    /// <summary>The calls of a node that are not over, in the directory.</summary>
    public sealed record Calls(ImmutableArray<CallView> Live);
}
