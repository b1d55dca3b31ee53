namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// How much waits in the queues of a session, by the names of docs/backpressure.md. Whoever owns a queue sets its depth, which costs one
/// write; whoever wants to know reads it at any time.
/// </summary>
public sealed class QueueDepths
{
    private readonly Lock _lock = new();
    private readonly List<QueueDepth> _depths = [];

    /// <summary>
    /// The depth of a queue that exists as long as the session; <paramref name="isSound"/>: it is counted in ms of audio.
    /// </summary>
    public QueueDepth Add(string queue, bool isSound = false)
    {
        var depth = new QueueDepth(queue, isSound);
        lock (_lock) _depths.Add(depth);
        return depth;
    }

    /// <summary>All depths; several queues may have one name.</summary>
    public IReadOnlyList<QueueDepth> All
    {
        get
        {
            lock (_lock) return [.. _depths];
        }
    }
}

/// <summary>How much waits in one queue. It has one writer.</summary>
/// <param name="queue">The name of the queue.</param>
/// <param name="isSound">It is counted in ms of audio.</param>
public sealed class QueueDepth(string queue, bool isSound)
{
    private long _count;

    /// <summary>The name of the queue.</summary>
    public string Queue => queue;

    /// <summary>It is counted in ms of audio.</summary>
    public bool IsSound => isSound;

    /// <summary>Entries, or ms of audio, that wait.</summary>
    public long Count
    {
        get => Volatile.Read(ref _count);
        set => Volatile.Write(ref _count, value);
    }
}
