using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Socket;

/// <summary>A connection could not be made.</summary>
public sealed class ConnectionException(ConnectionEnd end, Exception? inner = null) : Exception(end.ToString(), inner)
{
    /// <summary>Why there is no connection.</summary>
    public ConnectionEnd End { get; } = end;
}
