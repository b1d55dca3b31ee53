namespace RealtimeAkka.Actors.Socket;

/// <summary>Opens connections; holds the address and the key.</summary>
public interface IRealtimeConnector
{
    /// <summary>Connects once. Throws <see cref="ConnectionException"/> if that fails.</summary>
    Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation);
}
