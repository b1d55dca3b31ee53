using System.Net.WebSockets;

namespace RealtimeAkka.Actors.Socket;

/// <summary>One attempt to connect, started by the constructor; it owns the connection, also one that opens after the stop.</summary>
public sealed class ConnectionAttempt
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Starts to connect.</summary>
    public ConnectionAttempt(IRealtimeConnector connector) => Connection = connector.ConnectAsync(_stop.Token);

    /// <summary>The connection, or why there is none.</summary>
    public Task<IRealtimeConnection> Connection { get; }

    /// <summary>Gives up connecting, or disposes the connection.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _ = DisposeAsync();
    }

    // Nothing to report: the operating system closes a connection that fails to close, and one that failed to open needs no closing.
    private async Task DisposeAsync()
    {
        try
        {
            var connection = await Connection.ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConnectionException or OperationCanceledException or IOException or ObjectDisposedException
            or WebSocketException)
        {
            // See above.
        }
    }
}
