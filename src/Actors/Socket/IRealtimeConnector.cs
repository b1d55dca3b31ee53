namespace RealtimeAkka.Actors.Socket;

/// <summary>Opens connections; holds the address and the key.</summary>
public interface IRealtimeConnector
{
    /// <summary>Connects once. Throws <see cref="ConnectionException"/> if that fails.</summary>
    Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation);

    /// <summary>Whether another key can be had.</summary>
    bool CanRenewKey => false;

    /// <summary>The server refused the key: the next connection uses a fresh one.</summary>
    void RenewKey() { }
}
