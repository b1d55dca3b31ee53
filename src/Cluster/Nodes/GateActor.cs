using Akka.Actor;
using RealtimeAkka.Gateway.Calls;

namespace RealtimeAkka.Cluster.Nodes;

/// <summary>Answers other nodes about the calls of this one. Files are read on the thread pool, one answer for each question.</summary>
public sealed class GateActor : ReceiveActor
{
    /// <summary>Its name, by which other nodes find it.</summary>
    public const string Name = "gate";

    /// <summary>Props of the gate to these calls.</summary>
    public static Props Props(NodeCalls calls) => Akka.Actor.Props.Create(() => new GateActor(calls));

    /// <summary>Use <see cref="Props"/>.</summary>
    public GateActor(NodeCalls calls)
    {
        Receive<NodeMessages.Find>(m => Task.Run(() => new NodeMessages.Found(calls.Find(m.Call))).PipeTo(Sender));
        Receive<NodeMessages.Stop>(m => calls.Stop(m.Call));
        Receive<NodeMessages.Read>(m => Task.Run(() => ReadAsync(calls, m)).PipeTo(Sender));
    }

    private static async Task<NodeMessages.Records> ReadAsync(NodeCalls calls, NodeMessages.Read m) =>
        await calls.ReadAsync(m.Call, m.After, m.IsPatient).ConfigureAwait(false) is { } records
            ? new([.. records.Records.Select(record => new NodeMessages.Line(record.Number, record.Json))], records.IsLast)
            : new(null, IsLast: true);
}
