using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Sends audio from its source to the connection, one frame per credit. A pull source is read at its pace, and not while muted; live
/// audio waits in a ring, and while muted it is sent as silence, so that the server's audio clock stays true. A live source that goes
/// away is reopened. At the end some silence is sent, so that VAD closes the last turn.
/// </summary>
public sealed class MicActor : StationActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly MicSettings _settings;
    private readonly IAudioSource _source;
    private readonly TimeProvider _clock;
    private readonly IActorRef _turns;
    private readonly FramePool _frames = FramePool.Shared;
    private readonly ReplayBuffer _sound;
    private readonly IPushToTalkKey? _key;
    private readonly IAudioRecorder? _recorder;
    private readonly LiveInput? _live;
    private readonly IActorRef _device = ActorRefs.Nobody;
    private State _state, _checkpoint;
    private Hand _hand; // the current read, kept until all its effects are final

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that asks the socket to open and attaches itself to the playback.</summary>
    public static Props Props(MicSettings settings, SessionPorts ports, IActorRef socket, IActorRef turns, IActorRef playback) =>
        Akka.Actor.Props.Create(() => new MicActor(settings, ports, socket, turns, playback));

    /// <summary>Use <see cref="Props"/>.</summary>
    public MicActor(MicSettings settings, SessionPorts ports, IActorRef socket, IActorRef turns, IActorRef playback)
    {
        (_settings, _source, _clock, _key, _recorder, _turns) = (settings, ports.Source, ports.Clock, ports.Key, ports.Recorder, turns);
        _sound = new ReplayBuffer(Pcm.Bytes(settings.Replay), _frames);
        _state = _checkpoint = new State
        {
            Connection = ActorRefs.Nobody, Credit = SendCredit.None, Pace = new Pace(settings.Realtime, _clock.Now()), SilenceLeft = settings.EndSilence,
            Talk = _key is null ? null : new PushToTalk(), Pauses = settings.ManualSilence is { } pause && _key is null ? new PauseDetector(pause) : null,
        };
        _live = _source is ILiveAudioSource ? new LiveInput(settings.Frame, settings.Ring) : null;
        if (_live is not null) _device = Context.ActorOf(DeviceActor.Props(new("microphone", "microphone", "silence is sent"), settings.Reopen, _clock, Context.Parent), "device");

        Receive<MicMessages.ResetCredit>(m =>
        {
            (_state.Connection, _state.Credit, _state.Returning) = (Sender, SendCredit.Reset(m.Frames), false);
            _sound.Rewind();
            // Replayed audio ends again: the closing silence is part of it.
            if (_sound.AnyWaiting) _state.Ended = false;
            Tell(_turns, new TurnMessages.AudioOffset(Pcm.Milliseconds(_sound.KeptFrom)));
            if (!_state.Open)
            {
                _state.Open = true;
                _recorder?.Begin(_clock.Now());
                Listen();
                AwaitKey();
            }
            Pump();
        });
        Receive<MicMessages.AddCredit>(m =>
        {
            if (!Sender.Equals(_state.Connection)) return; // a connection that was replaced may still send
            _sound.Confirm(m.Frames);
            _state.Credit = _state.Credit.Add(m.Frames);
            Pump();
        });
        Receive<MicMessages.Suspend>(_ =>
        {
            _state.Credit = SendCredit.None;
            Pump();
        });
        Receive<MicMessages.Release>(m => _sound.Release(m.BeforeMs, m.Quiet));
        Receive<MicMessages.Mute>(_ => _state.Gate = _state.Gate.Close(_clock.Now()));
        Receive<MicMessages.Unmute>(_ =>
        {
            _state.Gate = _state.Gate.Open(_clock.Now());
            Pump();
        });
        Receive<MicMessages.Stop>(_ => End());
        Receive<FramesWaiting>(m =>
        {
            if (_live!.Acknowledge(m.Ring, _clock.Now())) Tell(_device, DeviceMessages.Working.Signal);
            Pump();
        });
        Receive<DeviceFacts.Lost>(_ =>
        {
            _live!.OnDeviceLost();
            Pump();
        });
        Receive<DeviceFacts.ReopenDue>(_ => Listen());
        Receive<DeviceFacts.Recovered>(_ => { });
        Receive<DeviceFacts.Abandoned>(m => Fail(null, m.Reason));
        Receive<Ended>(m =>
        {
            if (m.Key is Press press) Pressed(press, (Task<bool>)m.Task);
            else Tell(_device, new DeviceMessages.Ended(m.Task.Exception?.GetBaseException().Message ?? "The microphone has ended by itself. Is it still there?"));
        });
        Receive<Continue>(_ =>
        {
            if (_hand.Bytes.IsFaulted) Fail(_hand.Bytes.AsTask().Exception);
            else Pump();
        });
        Receive<FrameDue>(_ =>
        {
            if (_state.Pace.Wait(_clock.Now()) > TimeSpan.Zero) _state.Beat = null;
            Pump();
        });
        Receive<MicMessages.GetReport>(_ => Tell(Sender, new MicMessages.Report(_state.SentTo, _state.Gate.Muted(_clock.Now()), _state.LostBytes)));

        Tell(playback, new PlaybackMessages.Attach());
        Tell(socket, new SocketMessages.Open());
    }

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        _checkpoint = _state;
        _sound.Checkpoint();
        _live?.Checkpoint();
    }

    /// <inheritdoc/>
    protected override void Rollback()
    {
        _state = _checkpoint with { Beat = null };
        _sound.Rollback();
        _live?.Rollback();
    }

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        // Otherwise the device would not signal again.
        if (message is FramesWaiting { Ring: var ring }) ring.Acknowledge();
        // The audio goes on with the credit of a new connection.
        return message is MicMessages.ResetCredit or MicMessages.AddCredit or MicMessages.Suspend or MicMessages.Release or FramesWaiting or FrameDue or Continue;
    }

    private void Listen()
    {
        if (_state.Ending || _source is not ILiveAudioSource source) return;
        var waiting = new FramesWaiting(_live!.Open());
        var self = Self;
        Start(waiting, () => source.ListenAsync(waiting.Ring, () => self.Tell(waiting)));
    }

    private void AwaitKey()
    {
        if (_key is not null) Start(new Press(++_state.Presses), _key.PressedAsync);
    }

    private void Pressed(Press press, Task<bool> pressed)
    {
        if (press.Number != _state.Presses) return;
        if (pressed.IsFaulted)
        {
            Fail(pressed.Exception);
            return;
        }
        if (!pressed.Result)
        {
            End();
            return;
        }
        _state.Talk = _state.Talk!.Pressed(_live?.Waiting ?? TimeSpan.Zero);
        AwaitKey();
    }

    private void End()
    {
        _state.Ending = true;
        if (_source is ILiveAudioSource live)
        {
            Context.Stop(_device); // so that the end of the device is not taken for a loss
            live.Stop();
        }
        Pump();
    }

    private void Fail(AggregateException? cause) => Fail(cause?.GetBaseException(), cause?.GetBaseException().Message ?? "");

    private void Fail(Exception? cause, string reason)
    {
        if (_state.Ending) return;
        _log.Error(cause, "The sound input failed: {Reason}", reason);
        Tell(Context.Parent, new SessionMessages.InputFailed(reason));
        _state.Ending = true;
        Pump();
    }

    // One frame at a time: the source does not deliver a frame twice, so all effects of a read are final before the next one.
    private void Pump()
    {
        while (PumpOne()) Commit();
    }

    private bool PumpOne()
    {
        if (_state.Ended) return false;
        var flows = Flush();
        if (_live is not null)
        {
            if (PumpLive(_live)) return true;
            if (_live.Any) return false;
        }
        if (!flows) return false;
        if (_source is IPullAudioSource patient && PumpFrame(patient)) return true;
        if (_state.Ending) PumpSilence();
        return false;
    }

    // A frame is read when it is due, not before: a frame held by every waiting session would be copied by every garbage collection.
    private bool PumpFrame(IPullAudioSource source)
    {
        var now = _clock.Now();
        var canSend = !_state.Gate.IsMuted && _state.Credit.Any && !_state.Ending;
        if (canSend && _state.Pace.Wait(now) is { Ticks: > 0 } wait)
        {
            Ring(wait);
            return false;
        }
        if (canSend && Take(source) is { } frame)
        {
            var length = Pcm.Duration(frame.Length);
            _state.Pace = _state.Pace.Sent(length, now);
            Send(frame, _settings.Realtime ? _state.Pace.Due - length : null);
            return true;
        }
        if (_state.Beat is not null) Timers.Cancel(FrameDue.Key);
        _state.Beat = null;
        return false;
    }

    // One periodic timer for all frames that follow each other at their pace: one per frame would be garbage ten times a second.
    private void Ring(TimeSpan wait)
    {
        if (_state.Beat is { } beat && (_state.Pace.Due - beat).Ticks % _settings.Frame.Ticks == 0) return;
        _state.Beat = _state.Pace.Due;
        Timers.StartPeriodicTimer(FrameDue.Key, FrameDue.Signal, wait, _settings.Frame);
    }

    private bool PumpLive(LiveInput live)
    {
        if (!_state.Ending && live.Fill(_clock.Now()) is { } next) Timers.StartSingleTimer(FrameDue.Key, FrameDue.Signal, next);
        // On a slow connection audio waits in the ring, and its oldest is lost; without a connection it is kept for the next one.
        if ((!_state.Credit.Any && _state.Credit.Window > 0) || !live.Any) return false;

        var frame = _frames.Rent(live.FrameBytes);
        if (!live.TryRead(frame, out var lost, out var at))
        {
            _sound.GiveBack(frame);
            return false;
        }
        CountLost(lost);
        if (_state.Gate.IsMuted) Array.Clear(frame);
        // With push-to-talk the server does not wait for the end of a turn, and muted silence would become part of the turn.
        if (_state.Gate.IsMuted && _state.Talk is not null) _sound.GiveBack(frame);
        else Send(frame, at);
        Talk(frame);
        return true;
    }

    // Logged once per run of losses.
    private void CountLost(long lost)
    {
        _state.LostBytes += lost * Pcm.Bytes(_settings.Frame);
        if (lost > 0 && !_state.Losing) _log.Warning("The microphone lost {LostFrames} frames: the line is too slow", lost);
        _state.Losing = lost > 0;
    }

    // Closing silence is not speech: it needs no pace and ignores muting, but needs credit. All credit back means that it was sent.
    private void PumpSilence()
    {
        while (_state.Credit.Any && _state.SilenceLeft > TimeSpan.Zero)
        {
            _state.SilenceLeft -= _settings.Frame;
            Send(_frames.Silence(Pcm.Bytes(_settings.Frame)), at: null);
        }
        if (_state.SilenceLeft > TimeSpan.Zero) return;
        if (!_state.Credit.IsFull)
        {
            if (!_state.Returning) Tell(_state.Connection, new ConnectionMessages.ReturnCredit());
            _state.Returning = true;
            return;
        }

        _state.Ended = true;
        _log.Info("The sound input is at its end, {Milliseconds} ms sent", Pcm.Milliseconds(_state.SentTo));
        Tell(_turns, new TurnMessages.AudioEnded(Pcm.Milliseconds(_sound.SpokenTo)));
        Tell(Context.Parent, new SessionMessages.InputEnded());
    }

    private void Send(byte[] frame, TimeSpan? at)
    {
        _recorder?.Sent(frame, at, _sound.End);
        _sound.Add(frame);
        if (_state.Pauses is not null)
        {
            (_state.Pauses, var commit) = _state.Pauses.On(frame);
            if (commit) _sound.AddCommit();
        }
        Flush();
        _state.LostBytes += _sound.TakeLost();
    }

    // Sends what waits, as far as there is credit; true if there is a connection and nothing waits any more.
    private bool Flush()
    {
        while (_state.Credit.Window > 0 && _sound.AnyWaiting && (_state.Credit.Any || _sound.CommitIsNext) && _sound.TryNext(out var piece))
        {
            if (piece.Frame is { } frame)
            {
                _state.Credit = _state.Credit.Spend();
                _state.SentTo = Math.Max(_state.SentTo, piece.End);
                Tell(_state.Connection, new ConnectionMessages.Send(new AppendAudio(frame)));
            }
            else
            {
                Tell(_turns, new TurnMessages.ManualCommit(Pcm.Milliseconds(piece.Start)));
                Tell(_state.Connection, new ConnectionMessages.Send(new CommitAudio { EventId = EventId.Of($"turn_commit_{++_state.Commits}") }));
            }
        }
        return _state.Credit.Window > 0 && !_sound.AnyWaiting;
    }

    private void Talk(byte[] frame)
    {
        if (_state.Talk is null) return;
        (_state.Talk, var step) = _state.Talk.On(frame);
        if (step == PushToTalkStep.Commit) EndTurn();
        if (step == PushToTalkStep.NothingSaid)
        {
            Tell(Context.Parent, new SessionMessages.NoticeRaised(new Notice(NoticeLevel.Info, "nothing_said", "Nothing was heard since the last turn, so there is none. Speak, then press Enter.")));
        }
    }

    private void EndTurn()
    {
        _sound.AddCommit();
        Flush();
    }

    // The next frame; null if it has not arrived yet, or at the end.
    private byte[]? Take(IPullAudioSource source)
    {
        if (_hand.Number == _state.Taken)
        {
            var frame = _frames.Rent(Pcm.Bytes(_settings.Frame)); // the read fills it, or it is cut
            _hand = new Hand(_state.Taken + 1, frame, source.ReadAsync(frame, _stop.Token).Preserve());
        }
        if (!_hand.Bytes.IsCompletedSuccessfully)
        {
            if (!_hand.IsAwaited) ContinueWhenEnded(_hand.Bytes.AsTask());
            _hand.IsAwaited = true;
            return null;
        }
        _state.Taken = _hand.Number;
        var bytes = _hand.Bytes.Result;
        if (bytes == _hand.Frame.Length) return _hand.Frame;
        _sound.GiveBack(_hand.Frame);
        _state.Ending |= bytes == 0;
        return bytes == 0 ? null : _hand.Frame[..bytes];
    }

    /// <summary>A failure of the device's actor is a failure of this station.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stop.Cancel();
        (_source as ILiveAudioSource)?.Stop();
    }

    // One instance per opening, so that the device's callback allocates none.
    private sealed record FramesWaiting(FrameRing Ring);

    private sealed record Press(long Number);

    private record struct State
    {
        public IActorRef Connection;
        public SendCredit Credit;
        public MuteGate Gate;
        public Pace Pace;
        public PauseDetector? Pauses;
        public PushToTalk? Talk;
        public TimeSpan SilenceLeft;
        public TimeSpan? Beat; // due time for which the periodic timer was started; it fires again after each further frame's length
        public bool Open, Losing, Ending, Returning, Ended;
        public long Taken; // frames read from a pull source
        public long SentTo, LostBytes, Commits, Presses;
    }

    // The current read of a pull source.
    private record struct Hand(long Number, byte[] Frame, ValueTask<int> Bytes)
    {
        public bool IsAwaited;
    }

    private sealed record FrameDue
    {
        public const string Key = "frame";
        public static readonly FrameDue Signal = new();
    }
}
