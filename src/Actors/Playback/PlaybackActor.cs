using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Playback;

/// <summary>What the user hears, to the sample; mutes the microphone from the first heard sample until the echo of the last has died.</summary>
public sealed class PlaybackActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly PlaybackSettings _settings;
    private readonly ISpeaker _speaker;
    private readonly PlaybackQueue _queue;
    private IActorRef _microphone = ActorRefs.Nobody;
    private IActorRef _turns = ActorRefs.Nobody;
    private CancellationTokenSource _write;
    private ResponseId? _current;
    private ResponseId? _unfinished; // it sounds, and more of it is to come: a gap in it is no end
    private ResponseId? _stopping;
    private int _handed; // bytes of the block that the speaker has not taken yet
    private ResponseId? _lossTold;
    private bool _muted;
    private long _heard;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that owns the speaker's use, not its life.</summary>
    public static Props Props(PlaybackSettings settings, ISpeaker speaker) => Akka.Actor.Props.Create(() => new PlaybackActor(settings, speaker));

    /// <summary>Use <see cref="Props"/>.</summary>
    public PlaybackActor(PlaybackSettings settings, ISpeaker speaker)
    {
        (_settings, _speaker) = (settings, speaker);
        _queue = new PlaybackQueue(Pcm.Bytes(settings.Limit), Pcm.Bytes(settings.Block));
        _write = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);

        Receive<PlaybackMessages.Attach>(_ => _microphone = Sender);
        Receive<PlaybackMessages.Play>(m =>
        {
            _turns = Sender;
            var taken = _queue.Add(m.Response, m.Item, m.Sound);
            if (!taken && _lossTold != m.Response) _log.Warning("More sound of {Response} than can wait is lost", m.Response);
            if (!taken) _lossTold = m.Response;
            Next();
        });
        Receive<PlaybackMessages.Finish>(m =>
        {
            _turns = Sender;
            _queue.Finish(m.Response);
            Next();
        });
        Receive<PlaybackMessages.Stop>(m =>
        {
            _turns = Sender;
            _queue.Drop(m.Response);
            if (_current == m.Response && _handed > 0)
            {
                // The block that waits for room would still be heard; what becomes of it is known when the speaker says so.
                _stopping = m.Response;
                _write.Cancel();
                return;
            }
            Silence(m.Response, notTaken: 0);
            Next();
        });
        Receive<Written>(m =>
        {
            var notTaken = _handed - m.Bytes;
            _handed = 0;
            _heard += m.Bytes;
            if (_stopping is { } stopping)
            {
                _stopping = null;
                _write.Dispose();
                _write = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                Silence(stopping, notTaken);
            }
            Next();
        });
        Receive<Heard>(m => End(m.Response, unheard: 0));
        Receive<EchoGone>(_ => Mute(false));
        Receive<PlaybackMessages.GetReport>(_ => Sender.Tell(new PlaybackMessages.Report(_heard, _queue.Lost)));
        Receive<Status.Failure>(m =>
        {
            _log.Error(m.Cause, "The speaker failed");
            throw m.Cause;
        });
    }

    private void Next()
    {
        while (_handed == 0)
        {
            switch (_queue.Next())
            {
                case PlaybackStep.Sound { Block: var block } sound:
                    Mute(true);
                    _handed = block.Length;
                    _current = _unfinished = sound.Response;
                    _speaker.WriteAsync(block, _write.Token).PipeTo(
                        Self, success: () => new Written(block.Length), failure: e => e is OperationCanceledException ? new Written(0) : new Status.Failure(e));
                    break;
                case PlaybackStep.End { Response: var response }:
                    if (_unfinished == response) _unfinished = null;
                    // Handed over is not yet heard: the device is this far behind.
                    Timers.StartSingleTimer(response, new Heard(response), _speaker.Latency);
                    break;
                default:
                    if (_muted && _unfinished is null && !Timers.IsTimerActive(EchoGone.Key)) Timers.StartSingleTimer(EchoGone.Key, EchoGone.Signal, _speaker.Latency + _settings.EchoTail);
                    return;
            }
        }
    }

    private void Silence(ResponseId response, int notTaken)
    {
        if (_unfinished == response) _unfinished = null;
        var unheard = _current == response ? _speaker.Discard() : 0;
        _heard -= unheard;
        End(response, unheard + notTaken);
    }

    private void End(ResponseId response, long unheard)
    {
        Timers.Cancel(response);
        var (item, bytes, inAll) = _queue.Close(response, unheard);
        _turns.Tell(new PlaybackFacts.Ended(response, item, Pcm.Duration(bytes), Pcm.Duration(inAll)));
    }

    private void Mute(bool on)
    {
        if (on) Timers.Cancel(EchoGone.Key);
        if (!_settings.MuteWhileHeard || _muted == on) return;
        _muted = on;
        _microphone.Tell(on ? MicMessages.Mute.Signal : MicMessages.Unmute.Signal);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _stop.Cancel();

    private sealed record Written(int Bytes);

    private sealed record Heard(ResponseId Response);

    private sealed record EchoGone
    {
        public const string Key = "echo";
        public static readonly EchoGone Signal = new();
    }
}
