using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>One WebSocket connection. At most one send and one receive at a time; disposal ends those in progress.</summary>
public interface IRealtimeConnection : IAsyncDisposable
{
    /// <summary>Receives the next item; never faults for what the peer does.</summary>
    ValueTask<ReceiveResult> ReceiveAsync();

    /// <summary>Completes when the event is written to the socket.</summary>
    Task SendAsync(ClientEvent clientEvent);

    /// <summary>Sends a close frame with status 1000; the peer's answer comes through <see cref="ReceiveAsync"/>.</summary>
    Task CloseAsync();
}

/// <summary>What was received.</summary>
public abstract record ReceiveResult
{
    private ReceiveResult() { }

    /// <summary>An event.</summary>
    public sealed record Event(ServerEvent Value) : ReceiveResult;

    /// <summary>A frame that cannot be used; the connection goes on.</summary>
    public sealed record Skipped(string? Type, string Reason, int Bytes) : ReceiveResult;

    /// <summary>The connection has ended.</summary>
    public sealed record End(ConnectionEnd Value) : ReceiveResult;
}
