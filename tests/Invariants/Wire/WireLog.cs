using System.Text.Json;

namespace RealtimeAkka.Invariants.Wire;

/// <summary>A recorded wire log. It may span several connections: each begins with a <c>session.created</c> of its own.</summary>
public sealed class WireLog
{
    private WireLog(IReadOnlyList<WireConnection> connections) => Connections = connections;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<WireConnection> Connections { get; }

    /// <summary>When the last event came or went, in seconds.</summary>
    public double EndSeconds => Connections.SelectMany(c => c.Events).Select(e => e.Seconds).DefaultIfEmpty(0).Max();

    /// <summary>Reads the lines; frames that were no JSON object stand in the log as text and are passed over.</summary>
    public static WireLog Read(IEnumerable<string> lines)
    {
        var connections = new List<List<WireEvent>>();
        string? session = null;
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (JsonPath.Line(line) is not { } entry || entry.At("event") is not { ValueKind: JsonValueKind.Object } json) continue;
            var e = new WireEvent(number, (double)(entry.Amount("t") ?? 0), entry.Text("dir") == "sent", json);
            // The same greeting twice is a repeat; another session is another connection.
            var greeting = !e.IsSent && e.Type == "session.created" ? json.Text("session.id") ?? $"line {number}" : null;
            if (connections.Count == 0 || greeting is not null && session is not null && greeting != session) connections.Add([]);
            session = greeting ?? session;
            connections[^1].Add(e);
        }
        return new WireLog([.. connections.Select((events, i) => new WireConnection(i + 1, events))]);
    }

    /// <summary>The connection that brought a user item, and the item; null where none did.</summary>
    public (WireConnection Connection, UserItem Item)? Find(string itemId)
    {
        foreach (var connection in Connections)
            if (connection.Item(itemId) is { } item) return (connection, item);
        return null;
    }
}
