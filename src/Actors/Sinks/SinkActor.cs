using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Sinks;

/// <summary>
/// One writer: one write under way, a bounded number waiting. What is written goes on to the next sink, so that a record is
/// on disk before it is printed.
/// </summary>
public sealed class SinkActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Queue<SessionRecord> _waiting = new();
    private readonly IRecordSink _sink;
    private readonly IActorRef? _next;
    private readonly int _capacity;
    private SessionRecord? _writing;
    private IActorRef? _asker;
    private bool _flushing;
    private int _lost;

    /// <summary>Props of an actor that writes to <paramref name="sink"/>; <paramref name="next"/> null where it is the last.</summary>
    public static Props Props(SinkSettings settings, IRecordSink sink, IActorRef? next) => Akka.Actor.Props.Create(() => new SinkActor(settings, sink, next));

    /// <summary>Use <see cref="Props"/>.</summary>
    public SinkActor(SinkSettings settings, IRecordSink sink, IActorRef? next)
    {
        (_sink, _next, _capacity) = (sink, next, settings.Pending);

        Receive<SinkMessages.Write>(m =>
        {
            if (_waiting.Count >= _capacity)
            {
                if (_lost++ == 0) _log.Error("Sink {Sink} is too slow: records are lost", _sink.Name);
                return;
            }
            _waiting.Enqueue(m.Record);
            WriteNext();
        });
        Receive<Written>(_ => Done());
        Receive<Status.Failure>(m =>
        {
            if (_lost++ == 0) _log.Error(m.Cause, "Sink {Sink} failed: {Reason}", _sink.Name, m.Cause.Message);
            Done();
        });
        Receive<SinkMessages.Flush>(_ =>
        {
            (_asker, _flushing) = (Sender, true);
            Flush();
        });
        Receive<SinkMessages.Flushed>(m => Flushed(m.Lost));
    }

    private void WriteNext()
    {
        if (_writing is not null || !_waiting.TryDequeue(out _writing)) return;
        _sink.WriteAsync(_writing).PipeTo(Self, success: () => Written.Signal);
    }

    // A record that could not be written here may still be printed there.
    private void Done()
    {
        _next?.Tell(new SinkMessages.Write(_writing!));
        _writing = null;
        WriteNext();
        Flush();
    }

    private void Flush()
    {
        if (!_flushing || _writing is not null) return;
        _flushing = false;
        if (_next is null) Flushed(0);
        else _next.Tell(new SinkMessages.Flush());
    }

    private void Flushed(int lostFurtherDown)
    {
        _asker?.Tell(new SinkMessages.Flushed(lostFurtherDown + _lost));
        _asker = null;
    }

    private sealed record Written
    {
        public static readonly Written Signal = new();
    }
}
