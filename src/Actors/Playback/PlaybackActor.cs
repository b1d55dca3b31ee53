using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Playback;

/// <summary>
/// Plays the assistant's voice and counts what is heard, to the sample; mutes the microphone from the first heard sample until the echo
/// of the last has died away. A loudspeaker that goes away is reopened; audio waits meanwhile.
/// </summary>
public sealed class PlaybackActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PlaybackSettings _settings;
    private readonly PlaybackQueue _queue;
    private readonly IActorRef _device = ActorRefs.Nobody;
    private State _state, _checkpoint;
    private Hand _hand; // the current write, kept until all its effects are final
    private CancellationTokenSource _write = new();
    private long _discarded; // bytes, in total

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that uses the speaker and does not dispose it.</summary>
    public static Props Props(PlaybackSettings settings, ISpeaker speaker, TimeProvider clock) => Akka.Actor.Props.Create(() => new PlaybackActor(settings, speaker, clock));

    /// <summary>Use <see cref="Props"/>.</summary>
    public PlaybackActor(PlaybackSettings settings, ISpeaker speaker, TimeProvider clock)
    {
        _settings = settings;
        if (speaker is IDeviceSpeaker) _device = Context.ActorOf(DeviceActor.Props(new("loudspeaker", "speaker", "what is said waits"), settings.Reopen, clock, Context.Parent), "device");
        _queue = new PlaybackQueue(Pcm.Bytes(settings.Limit), Pcm.Bytes(settings.Block), speaker.IsHeard);
        _state = _checkpoint = new State { Speaker = speaker, Microphone = ActorRefs.Nobody, Turns = ActorRefs.Nobody };

        Receive<PlaybackMessages.Attach>(_ => _state.Microphone = Sender);
        Receive<PlaybackMessages.Play>(m =>
        {
            _state.Turns = Sender;
            var taken = _queue.Add(m.Response, m.Item, m.Sound.Span);
            if (m.Owner is { } loan) Dispose(loan);
            if (!taken && _state.LossTold != m.Response) _log.Warning("More sound of {Response} than can wait is lost", m.Response);
            if (!taken) _state.LossTold = m.Response;
            Pump();
        });
        Receive<PlaybackMessages.Finish>(m =>
        {
            _state.Turns = Sender;
            _queue.Finish(m.Response);
            Pump();
        });
        Receive<PlaybackMessages.Stop>(m =>
        {
            _state.Turns = Sender;
            Stop(m.Response);
            Pump();
        });
        // A device that is late is checked again.
        Receive<Heard>(m =>
        {
            if (_state.Speaker.Left is { Ticks: > 0 } left && m.Response == _state.Last) Timers.StartSingleTimer(m.Response, m, left);
            else End(m.Response, unheard: 0);
        });
        Receive<EchoGone>(m =>
        {
            if (_state.Speaker.Left + _settings.EchoTail is { Ticks: > 0 } left) Timers.StartSingleTimer(EchoGone.Key, m, left);
            else Mute(false);
        });
        Receive<Ended>(m => Tell(_device, new DeviceMessages.Ended(m.Task.Exception?.GetBaseException().Message ?? "The loudspeaker has ended by itself. Is it still there?")));
        Receive<DeviceFacts.Lost>(_ => Lost());
        Receive<DeviceFacts.ReopenDue>(_ => Play());
        Receive<DeviceFacts.Recovered>(_ => Back());
        Receive<DeviceFacts.Abandoned>(m => Leave(((IDeviceSpeaker)_state.Speaker).Fallback, m.Reason));
        Receive<Continue>(_ => Pump());
        Receive<PlaybackMessages.GetReport>(_ => Tell(Sender, new PlaybackMessages.Report(_state.Heard, _queue.Lost)));

        Play();
    }

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        _checkpoint = _state;
        _queue.Checkpoint();
    }

    /// <inheritdoc/>
    protected override void Rollback()
    {
        _state = _checkpoint;
        _queue.Rollback();
    }

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        if (message is not PlaybackMessages.Play play) return false;
        _queue.Lose(play.Sound.Length);
        return true;
    }

    private void Play()
    {
        if (_state.Speaker is not IDeviceSpeaker speaker) return;
        var device = _device;
        Start(speaker, () => speaker.PlayAsync(() => device.Tell(DeviceMessages.Working.Signal)));
    }

    // While the device is away there is no echo, and no response ends.
    private void Lost()
    {
        _state.IsAway = true;
        Timers.Cancel(EchoGone.Key);
        if (_state.Last is { } last) Timers.Cancel(last);
        Mute(false);
    }

    private void Back()
    {
        _state.IsAway = false;
        if (_state.Unfinished is not null || _state.Last is not null) Mute(true);
        if (_state.Last is { } last) Timers.StartSingleTimer(last, new Heard(last), _state.Speaker.Latency);
        Pump();
    }

    // The response being played ends where the device left it; all later audio goes to the fallback, unheard, at real-time pace.
    private void Leave(ISpeaker instead, string reason)
    {
        Notice("speaker_given_up", $"{reason} The session goes on unheard.");
        (_state.IsAway, _state.Instead) = (false, instead);
        if (_state.Current is { } current) Stop(current);
        else Silenced();
        Pump();
    }

    private void Silenced()
    {
        if (_state.Instead is not { } instead) return;
        (_state.Speaker, _state.Instead) = (instead, null);
    }

    private void Notice(string code, string message) => Tell(Context.Parent, new SessionMessages.NoticeRaised(new Notice(NoticeLevel.Warning, code, message)));

    // One block at a time: a block must not be handed to the loudspeaker twice, so all decisions are final before the next.
    private void Pump()
    {
        while (PumpOne()) Commit();
    }

    private bool PumpOne()
    {
        if (_state.Handed > 0) return HandOver();
        // Nothing is handed to a device that is away: what it takes counts as heard.
        if (_state.IsAway) return false;
        switch (_queue.Next())
        {
            case { IsEnd: false, Block: var block, Response: var response }:
                Mute(true);
                (_state.Handed, _state.Block, _state.Blocks) = (block.Length, block, _state.Blocks + 1);
                _state.Current = _state.Unfinished = response;
                return true;
            case { IsEnd: true, Response: var ended }:
                if (_state.Unfinished == ended) _state.Unfinished = null;
                _state.Last = ended;
                // Handed over is not yet heard: the device is behind by its latency.
                Timers.StartSingleTimer(ended, new Heard(ended), _state.Speaker.Latency);
                return true;
            default:
                if (_state.Muted && _state.Unfinished is null && !Timers.IsTimerActive(EchoGone.Key)) Timers.StartSingleTimer(EchoGone.Key, EchoGone.Signal, _state.Speaker.Latency + _settings.EchoTail);
                return false;
        }
    }

    // True once it is known whether the block was taken.
    private bool HandOver()
    {
        if (_hand.Number != _state.Blocks)
        {
            if (_write.IsCancellationRequested && _state.Stopping is null) Renew();
            _hand = new Hand(_state.Blocks, Write(_state.Block));
        }
        if (!_hand.Taken.IsCompleted)
        {
            if (!_hand.IsAwaited) ContinueWhenEnded(_hand.Taken);
            _hand.IsAwaited = true;
            return false;
        }
        if (_hand.Taken.Exception?.GetBaseException() is { } cause) SpeakerFailed(cause);
        Taken(_hand.Taken is { IsCompletedSuccessfully: true, Result: true } ? _state.Handed : 0);
        return true;
    }

    private void Renew()
    {
        _write.Dispose();
        _write = new CancellationTokenSource();
    }

    // Every exception is returned in the task, also one thrown synchronously.
    private Task<bool> Write(ReadOnlyMemory<byte> block)
    {
        try
        {
            return _state.Speaker.WriteAsync(block, _write.Token);
        }
        catch (Exception e)
        {
            return Task.FromException<bool>(e);
        }
    }

    // This block is not heard; later blocks are tried all the same, and the transcript is published.
    private void SpeakerFailed(Exception cause)
    {
        if (_state.Failed) return;
        Notice("speaker_failed", $"The assistant is not heard: {cause.Message.TrimEnd('.')}.");
        _log.Error(cause, "The speaker failed: {Reason}", cause.Message);
        _state.Failed = true;
    }

    private void Taken(int bytes)
    {
        var notTaken = _state.Handed - bytes;
        _state.Handed = 0;
        _state.Heard += bytes;
        if (_state.Stopping is not { } stopping) return;
        _state.Stopping = null;
        Silence(stopping, notTaken);
    }

    private void Stop(ResponseId response)
    {
        _queue.Drop(response);
        if (_state.Current == response && _state.Handed > 0)
        {
            // The block that waits for room would still be heard; whether it was is known when the write ends.
            _state.Stopping = response;
            _write.Cancel();
            return;
        }
        Silence(response, notTaken: 0);
    }

    private void Silence(ResponseId response, int notTaken)
    {
        if (_state.Unfinished == response) _state.Unfinished = null;
        if (_state.Current == response) _discarded += _state.Speaker.Discard();
        // Includes bytes discarded for it before that were not accounted for because of a failure.
        var unheard = _discarded - _state.Discarded;
        _state.Discarded = _discarded;
        _state.Heard -= unheard;
        End(response, unheard + notTaken);
        Silenced();
    }

    private void End(ResponseId response, long unheard)
    {
        Timers.Cancel(response);
        if (_state.Last == response) _state.Last = null;
        var (item, bytes, inAll) = _queue.Close(response, unheard);
        Tell(_state.Turns, new PlaybackFacts.Ended(response, item, Pcm.Duration(bytes), Pcm.Duration(inAll)));
    }

    private void Mute(bool on)
    {
        if (on) Timers.Cancel(EchoGone.Key);
        if (!_settings.MuteWhileHeard || _state.Muted == on) return;
        _state.Muted = on;
        Tell(_state.Microphone, on ? MicMessages.Mute.Signal : MicMessages.Unmute.Signal);
    }

    /// <summary>A failure of the device's actor is a failure of this station.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    /// <inheritdoc/>
    protected override void PostStop() => _write.Cancel();

    private record struct State
    {
        public ISpeaker Speaker;
        public ISpeaker? Instead; // replaces a given-up device as soon as it is known what that has taken
        public bool IsAway;
        public IActorRef Microphone, Turns;
        public ResponseId? Current;
        public ResponseId? Unfinished; // it is heard, and more of it is to come: a gap in it is no end
        public ResponseId? Stopping;
        public ResponseId? Last; // all of it was handed over; it may not have been heard yet
        public ResponseId? LossTold;
        public ReadOnlyMemory<byte> Block; // the last block
        public int Handed; // bytes of the block that the speaker has not taken yet
        public long Blocks;
        public bool Muted, Failed;
        public long Heard, Discarded;
    }

    // The write of one block.
    private record struct Hand(long Number, Task<bool> Taken)
    {
        public bool IsAwaited;
    }

    private sealed record Heard(ResponseId Response);

    private sealed record EchoGone
    {
        public const string Key = "echo";
        public static readonly EchoGone Signal = new();
    }
}
