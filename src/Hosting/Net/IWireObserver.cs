using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// Watches the connections of one session. It is called on any thread, and keeps no event: an event's audio has an owner.
/// </summary>
public interface IWireObserver
{
    /// <summary>A connection is attempted; they are numbered from 1.</summary>
    void Connecting(int connection);

    /// <summary>We close this connection.</summary>
    void Closing(int connection);

    /// <summary>This connection has ended, or could not be made.</summary>
    void Ended(int connection, ConnectionEnd end);

    /// <summary>An event is about to be sent.</summary>
    void Sent(ClientEvent e);

    /// <summary>An event arrived.</summary>
    void Received(ServerEvent e);
}
