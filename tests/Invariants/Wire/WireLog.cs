using System.Text.Json;

namespace RealtimeAkka.Invariants.Wire;

/// <summary>A recorded wire log of one or more connections; each starts with its own <c>session.created</c>.</summary>
public sealed class WireLog
{
    private WireLog(IReadOnlyList<WireConnection> connections) => Connections = connections;

    /// <summary>The connections, oldest first.</summary>
    public IReadOnlyList<WireConnection> Connections { get; }

    /// <summary>Time of the last event, in seconds.</summary>
    public double EndSeconds => Connections.SelectMany(c => c.Events).Select(e => e.Seconds).DefaultIfEmpty(0).Max();

    /// <summary>Reads the lines; skips frames that were not JSON objects, which the log contains as text.</summary>
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
            // The same session id again is a repeated event; another id is a new connection.
            var greeting = !e.IsSent && e.Type == "session.created" ? json.Text("session.id") ?? $"line {number}" : null;
            if (connections.Count == 0 || greeting is not null && session is not null && greeting != session) connections.Add([]);
            session = greeting ?? session;
            connections[^1].Add(e);
        }
        return new WireLog([.. connections.Select((events, i) => new WireConnection(i + 1, events))]);
    }

    /// <summary>The connection of a user item, and the item; null if there is none.</summary>
    public (WireConnection Connection, UserItem Item)? Find(string itemId)
    {
        foreach (var connection in Connections)
            if (connection.Item(itemId) is { } item) return (connection, item);
        return null;
    }
}
