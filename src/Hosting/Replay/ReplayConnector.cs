using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>Makes the connections of a recording, in order, each at its recorded time, or when it is asked for if that is later.</summary>
/// <param name="recorded">The connections.</param>
/// <param name="time">The clock.</param>
/// <param name="origin">The time on it at which the recording begins.</param>
/// <param name="canRenewKey">The session had a program that prints a key.</param>
internal sealed class ReplayConnector(
    IReadOnlyList<RecordedConnection> recorded, VirtualTime time, TimeSpan origin, bool canRenewKey) : IRealtimeConnector
{
    private readonly List<ReplayConnection> _made = [];
    private int _attempts;

    /// <inheritdoc/>
    public bool CanRenewKey => canRenewKey;

    /// <summary>
    /// Requests that were made and have no recorded answer, and, if <paramref name="isWhole"/>, recorded answers to requests that were not
    /// made; one line each.
    /// </summary>
    public IEnumerable<string> Deviations(bool isWhole)
    {
        foreach (var line in _made.SelectMany(connection => connection.Deviations(isWhole))) yield return line;
        if (_attempts > recorded.Count) yield return $"connection {recorded.Count + 1} is not in the recording";
        for (var i = _attempts; isWhole && i < recorded.Count; i++) yield return $"connection {i + 1} of the recording is not made";
    }

    /// <inheritdoc/>
    public void RenewKey()
    {
    }

    /// <inheritdoc/>
    public Task<IRealtimeConnection> ConnectAsync(CancellationToken cancellation)
    {
        if (++_attempts > recorded.Count)
            return Task.FromException<IRealtimeConnection>(
                new ConnectionException(new ConnectionEnd.Broken("the recording has no further connection")));
        var next = recorded[_attempts - 1];
        // Its continuations run at once, on the thread of the clock.
        var connecting = new TaskCompletionSource<IRealtimeConnection>();
        cancellation.Register(() => connecting.TrySetCanceled(cancellation));
        if (next.OpenAt is { } open)
        {
            time.At(origin + open, () =>
            {
                var connection = new ReplayConnection(next, time, origin);
                if (connecting.TrySetResult(connection)) _made.Add(connection);
            });
        }
        else if (next is { EndAt: { } failed, End: { } end })
        {
            time.At(origin + failed, () => connecting.TrySetException(new ConnectionException(end)));
        }
        return connecting.Task;
    }
}
