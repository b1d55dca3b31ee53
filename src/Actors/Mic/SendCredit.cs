namespace RealtimeAkka.Actors.Mic;

/// <summary>Frames the connection is ready to take: 0 up to the window.</summary>
public readonly record struct SendCredit(int Window, int Available)
{
    /// <summary>No connection, no credit.</summary>
    public static SendCredit None => default;

    /// <summary>There is a connection, with or without credit left.</summary>
    public bool IsConnected => Window > 0;

    /// <summary>At least one frame may be sent.</summary>
    public bool Any => Available > 0;

    /// <summary>The connection has sent all frames it was given.</summary>
    public bool IsFull => IsConnected && Available == Window;

    /// <summary>Credit after one frame. Throws <see cref="InvalidOperationException"/> without credit.</summary>
    public SendCredit Spend() => Any ? this with { Available = Available - 1 } : throw new InvalidOperationException("no credit");

    /// <summary>Credit after the connection has sent frames.</summary>
    public SendCredit Add(int frames) => this with { Available = Math.Min(Window, Available + frames) };

    /// <summary>All credit of a new connection.</summary>
    public static SendCredit Reset(int window) => new(window, window);
}
