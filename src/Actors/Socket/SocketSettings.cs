using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>
/// The socket station. <c>Window</c>: maximum frames in flight; <c>OpenTimeout</c>: from connecting to <c>session.updated</c>;
/// <c>Rollover</c>: age at which a connection is replaced in the next pause, before the server's limit ends it.
/// </summary>
public sealed record SocketSettings(
    SessionConfig Session, int Window, TimeSpan OpenTimeout, TimeSpan CloseTimeout, ReconnectPolicy Reconnect, TimeSpan Rollover);
