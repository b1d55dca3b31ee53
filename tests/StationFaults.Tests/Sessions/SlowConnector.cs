using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.StationFaults.Tests.Sessions;

/// <summary>Connections whose sends are asynchronous; one send of the first connection fails.</summary>
internal sealed class SlowConnector(IRealtimeConnector connector, int failsAt) : IRealtimeConnector
{
    private int _left = failsAt;

    /// <inheritdoc/>
    public async Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation) =>
        new SlowLine(this, await connector.ConnectAsync(cancellation).ConfigureAwait(false));

    private sealed class SlowLine(SlowConnector of, IRealtimeConnection line) : IRealtimeConnection
    {
        public ValueTask<ReceiveResult> ReceiveAsync() => line.ReceiveAsync();

        public async Task SendAsync(ClientEvent clientEvent)
        {
            await Task.Yield();
            if (Interlocked.Decrement(ref of._left) == 0) throw new IOException("The line is broken.");
            await line.SendAsync(clientEvent).ConfigureAwait(false);
        }

        public Task CloseAsync() => line.CloseAsync();

        public ValueTask DisposeAsync() => line.DisposeAsync();
    }
}
