using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// What the user hears, to the sample; mutes the microphone from the first heard sample until the echo of the last has died. A
/// loudspeaker that goes away is opened again; what is to be heard waits meanwhile.
/// </summary>
public sealed class PlaybackActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PlaybackSettings _settings;
    private readonly PlaybackQueue _queue;
    private ISpeaker _speaker;
    private ISpeaker? _instead; // of a device that is given up, as soon as it is known what it took
    private bool _away;
    private readonly IActorRef _device = ActorRefs.Nobody;
    private IActorRef _microphone = ActorRefs.Nobody;
    private IActorRef _turns = ActorRefs.Nobody;
    private CancellationTokenSource _write = new();
    private ResponseId? _current;
    private ResponseId? _unfinished; // it sounds, and more of it is to come: a gap in it is no end
    private ResponseId? _stopping;
    private ResponseId? _last; // all of it was handed over; it may not have been heard yet
    private int _handed; // bytes of the block that the speaker has not taken yet
    private ResponseId? _lossTold;
    private bool _muted, _failed;
    private long _heard;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that owns the speaker's use, not its life.</summary>
    public static Props Props(PlaybackSettings settings, ISpeaker speaker, TimeProvider clock) => Akka.Actor.Props.Create(() => new PlaybackActor(settings, speaker, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public PlaybackActor(PlaybackSettings settings, ISpeaker speaker, TimeProvider clock)
    {
        (_settings, _speaker) = (settings, speaker);
        if (speaker is IDeviceSpeaker) _device = Context.ActorOf(DeviceActor.Props(new("loudspeaker", "speaker", "what is said waits"), settings.Reopen, clock, Context.Parent), "device");
        _queue = new PlaybackQueue(Pcm.Bytes(settings.Limit), Pcm.Bytes(settings.Block), speaker.IsHeard);

        Receive<PlaybackMessages.Attach>(_ => _microphone = Sender);
        Receive<PlaybackMessages.Play>(m =>
        {
            _turns = Sender;
            var taken = _queue.Add(m.Response, m.Item, m.Sound.Span);
            m.Loan?.Dispose();
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
            Stop(m.Response);
        });
        Receive<Written>(m => Taken(m.Bytes));
        // A device that was late is asked again.
        Receive<Heard>(m =>
        {
            if (_speaker.Left is { Ticks: > 0 } left && m.Response == _last) Timers.StartSingleTimer(m.Response, m, left);
            else End(m.Response, unheard: 0);
        });
        Receive<EchoGone>(m =>
        {
            if (_speaker.Left + _settings.EchoTail is { Ticks: > 0 } left) Timers.StartSingleTimer(EchoGone.Key, m, left);
            else Mute(false);
        });
        Receive<DeviceFacts.Lost>(_ => Lost());
        Receive<DeviceFacts.Due>(_ => Play());
        Receive<DeviceFacts.Back>(_ => Back());
        Receive<DeviceFacts.GivenUp>(m => GiveUp(((IDeviceSpeaker)_speaker).Instead, m.Reason));
        Receive<PlaybackMessages.GetReport>(_ => Sender.Tell(new PlaybackMessages.Report(_heard, _queue.Lost)));
        Receive<Status.Failure>(m =>
        {
            // Nobody hears this block; those after it are tried all the same, and what was said is told.
            if (!_failed) Notice("speaker_failed", $"The assistant is not heard: {m.Cause.Message.TrimEnd('.')}.");
            if (!_failed) _log.Error(m.Cause, "The speaker failed: {Reason}", m.Cause.Message);
            _failed = true;
            Taken(0);
        });

        Play();
    }

    private void Play()
    {
        if (_speaker is not IDeviceSpeaker speaker) return;
        var device = _device;
        speaker.PlayAsync(() => device.Tell(DeviceMessages.Works.Signal)).PipeTo(
            _device, success: () => new DeviceMessages.Ended("The loudspeaker has ended by itself. Is it still there?"), failure: e => new DeviceMessages.Ended(e.Message));
    }

    // What is not heard has no echo, and its end is not in sight.
    private void Lost()
    {
        _away = true;
        Timers.Cancel(EchoGone.Key);
        if (_last is { } last) Timers.Cancel(last);
        Mute(false);
    }

    private void Back()
    {
        _away = false;
        if (_unfinished is not null || _last is not null) Mute(true);
        if (_last is { } last) Timers.StartSingleTimer(last, new Heard(last), _speaker.Latency);
        Next();
    }

    // What was being heard ends where the device left it; all else goes where nobody hears it, at the pace of a voice.
    private void GiveUp(ISpeaker instead, string reason)
    {
        Notice("speaker_given_up", $"{reason} The session goes on unheard.");
        (_away, _instead) = (false, instead);
        if (_current is { } current) Stop(current);
        else Silenced();
    }

    private void Silenced()
    {
        if (_instead is null) return;
        (_speaker, _instead) = (_instead, null);
        Next();
    }

    private void Notice(string code, string message) => Context.Parent.Tell(new SessionMessages.Noticed(new Notice(NoticeLevel.Warning, code, message)));

    private void Taken(int bytes)
    {
        var notTaken = _handed - bytes;
        _handed = 0;
        _heard += bytes;
        if (_stopping is { } stopping)
        {
            _stopping = null;
            _write.Dispose();
            _write = new CancellationTokenSource();
            Silence(stopping, notTaken);
        }
        Next();
    }

    private void Next()
    {
        // Into a device that is away nothing is handed: what it took is what was heard.
        while (_handed == 0 && !_away)
        {
            switch (_queue.Next())
            {
                case { IsEnd: false, Block: var block, Response: var response }:
                    Mute(true);
                    _handed = block.Length;
                    _current = _unfinished = response;
                    var writing = Write(block);
                    if (writing is { IsCompletedSuccessfully: true, Result: true }) (_handed, _heard) = (0, _heard + block.Length); // there was room at once
                    else TellWhenTaken(writing, block.Length);
                    break;
                case { IsEnd: true, Response: var ended }:
                    if (_unfinished == ended) _unfinished = null;
                    _last = ended;
                    // Handed over is not yet heard: the device is this far behind.
                    Timers.StartSingleTimer(ended, new Heard(ended), _speaker.Latency);
                    break;
                default:
                    if (_muted && _unfinished is null && !Timers.IsTimerActive(EchoGone.Key)) Timers.StartSingleTimer(EchoGone.Key, EchoGone.Signal, _speaker.Latency + _settings.EchoTail);
                    return;
            }
        }
    }

    private void TellWhenTaken(Task<bool> writing, int bytes) => writing.PipeTo(Self, success: taken => new Written(taken ? bytes : 0));

    // Whatever it throws, and however, comes back as a message.
    private Task<bool> Write(ReadOnlyMemory<byte> block)
    {
        try
        {
            return _speaker.WriteAsync(block, _write.Token);
        }
        catch (Exception e)
        {
            return Task.FromException<bool>(e);
        }
    }

    private void Stop(ResponseId response)
    {
        _queue.Drop(response);
        if (_current == response && _handed > 0)
        {
            // The block that waits for room would still be heard; what becomes of it is known when the speaker says so.
            _stopping = response;
            _write.Cancel();
            return;
        }
        Silence(response, notTaken: 0);
        Next();
    }

    private void Silence(ResponseId response, int notTaken)
    {
        if (_unfinished == response) _unfinished = null;
        var unheard = _current == response ? _speaker.Discard() : 0;
        _heard -= unheard;
        End(response, unheard + notTaken);
        Silenced();
    }

    private void End(ResponseId response, long unheard)
    {
        Timers.Cancel(response);
        if (_last == response) _last = null;
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
    protected override void PostStop() => _write.Cancel();

    private sealed record Written(int Bytes);

    private sealed record Heard(ResponseId Response);

    private sealed record EchoGone
    {
        public const string Key = "echo";
        public static readonly EchoGone Signal = new();
    }
}
