using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Telemetry;

/// <summary>
/// Observes one session at its ports: gives each fact its time, asks <see cref="SessionTrace"/>, and reports what that decides.
/// </summary>
public sealed class SessionTelemetry : IWireObserver
{
    private readonly Lock _lock = new(); // the connection and the sinks report on threads of their own
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _began;
    private readonly long _start;
    private readonly Func<bool> _isListenedTo;
    private readonly Action _ended;
    private readonly SessionTrace _trace;
    private bool _isFollowed, _hasEnded;

    internal SessionTelemetry(SessionTrace trace, TimeProvider clock, Func<bool> isListenedTo, Action ended)
    {
        (_trace, _clock, _isListenedTo, _ended) = (trace, clock, isListenedTo, ended);
        (_began, _start) = (clock.GetUtcNow(), clock.GetTimestamp());
    }

    /// <summary>How much waits in the queues of the session.</summary>
    public QueueDepths Depths { get; } = new();

    // Spans of a session fit together although the wall clock may be set meanwhile.
    private DateTimeOffset Now => _began + _clock.GetElapsedTime(_start);

    /// <summary>The session begins.</summary>
    internal void Begin()
    {
        lock (_lock) Follow(isUnderWay: false);
    }

    /// <inheritdoc/>
    public void Connecting(int connection)
    {
        lock (_lock) if (Follow()) _trace.Connecting(connection, Now);
    }

    /// <inheritdoc/>
    public void Closing(int connection)
    {
        lock (_lock) if (Follow()) _trace.Closing(connection);
    }

    /// <inheritdoc/>
    public void Ended(int connection, ConnectionEnd end)
    {
        lock (_lock) if (Follow()) _trace.Ended(connection, end, Now);
    }

    /// <inheritdoc/>
    public void Sent(ClientEvent e)
    {
        if (e is AppendAudio) return;
        lock (_lock) if (Follow()) _trace.Sent(e, Now);
    }

    /// <inheritdoc/>
    public void Received(ServerEvent e)
    {
        if (e is UnknownEvent or AsrDelta or OutputTextDelta or OutputTranscriptDelta) return;
        lock (_lock) if (Follow()) _trace.Received(e, Now);
    }

    /// <summary>The same sinks; records are observed before the first of them gets them.</summary>
    public IReadOnlyList<IRecordSink> Observe(IReadOnlyList<IRecordSink> sinks) =>
        [.. sinks.Select((sink, i) => i == 0 ? new ObservedSink(sink, this) : sink)];

    /// <summary>The session is over.</summary>
    public void End(SessionMessages.Ended ended)
    {
        lock (_lock)
        {
            if (_hasEnded) return;
            var exit = ended.Exit.ToString().ToLowerInvariant();
            if (_isFollowed) _trace.End(exit, ended.Exit == ExitKind.Completed ? null : exit, Now);
            _hasEnded = true;
        }
        _ended();
    }

    private void Record(SessionRecord record)
    {
        lock (_lock) if (Follow()) _trace.Recorded(record, Now);
    }

    // While nobody listens nothing is done. Who begins to listen in the middle of a session gets it from then on.
    private bool Follow(bool isUnderWay = true)
    {
        if (_hasEnded) return false; // a connection that was given up may end after its session
        if (_isFollowed || !_isListenedTo()) return _isFollowed;
        _isFollowed = true;
        _trace.Begin(_began, isUnderWay);
        return true;
    }

    private sealed class ObservedSink(IRecordSink sink, SessionTelemetry telemetry) : IRecordSink
    {
        private SessionRecord? _last; // a sink that fails gets the same record again

        public string Name => sink.Name;

        public Task WriteAsync(SessionRecord record)
        {
            if (!ReferenceEquals(record, _last)) telemetry.Record(record);
            _last = record;
            return sink.WriteAsync(record);
        }
    }
}
