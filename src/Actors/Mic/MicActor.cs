using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Sound from its source to the connection, a frame only for credit. A patient source is read at its pace and waits while
/// muted; live sound waits in a ring, and while muted it goes out as silence, so that the server's clock stays true. A live
/// source that goes away is opened again. At the end some silence follows, so that voice activity detection can close the last turn.
/// </summary>
public sealed class MicActor : ReceiveActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stop = new();
    private readonly MicSettings _settings;
    private readonly ISoundSource _source;
    private readonly TimeProvider _clock;
    private readonly IActorRef _turns;
    private readonly FramePool _frames = FramePool.Shared;
    private readonly ReplayBuffer _sound;
    private readonly ITalkKey? _key;
    private readonly ISoundRecorder? _recorder;
    private IActorRef _connection = ActorRefs.Nobody;
    private SendCredit _credit = SendCredit.None;
    private MuteGate _gate;
    private Pace _pace;
    private PauseDetector? _pauses;
    private PushToTalk? _talk;
    private readonly LiveInput? _live;
    private readonly IActorRef _device = ActorRefs.Nobody;
    private byte[]? _waiting;
    private TimeSpan _silenceLeft;
    private TimeSpan? _beat; // when a frame is due for which the timer rings, and again after each further frame's length
    private bool _open, _reading, _losing, _ending, _returning, _ended;
    private long _sentTo, _lostBytes, _commits;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that asks the socket to open and introduces itself to the playback.</summary>
    public static Props Props(MicSettings settings, SessionPorts ports, IActorRef socket, IActorRef turns, IActorRef playback) =>
        Akka.Actor.Props.Create(() => new MicActor(settings, ports, socket, turns, playback));

    /// <summary>Use <see cref="Props"/>.</summary>
    public MicActor(MicSettings settings, SessionPorts ports, IActorRef socket, IActorRef turns, IActorRef playback)
    {
        (_settings, _source, _clock, _key, _recorder, _turns) = (settings, ports.Source, ports.Clock, ports.Key, ports.Recorder, turns);
        _sound = new ReplayBuffer(Pcm.Bytes(settings.Replay), _frames);
        _pace = new Pace(settings.Realtime, _clock.Now());
        _talk = _key is null ? null : new PushToTalk();
        _pauses = settings.ManualSilence is { } pause && _key is null ? new PauseDetector(pause) : null;
        _silenceLeft = settings.EndSilence;
        _live = _source is ILiveSource ? new LiveInput(settings.Frame, settings.Ring) : null;
        if (_live is not null) _device = Context.ActorOf(DeviceActor.Props(new("microphone", "microphone", "silence is sent"), settings.Reopen, _clock, Context.Parent), "device");

        Receive<MicMessages.ResetCredit>(m =>
        {
            _connection = Sender;
            _credit = SendCredit.Reset(m.Frames);
            _returning = false;
            _sound.Rewind();
            // What is sent again ends again: the closing silence is part of it.
            if (_sound.AnyWaiting) _ended = false;
            _turns.Tell(new TurnMessages.SoundStarts(Pcm.Milliseconds(_sound.KeptFrom)));
            if (!_open)
            {
                _open = true;
                _recorder?.Begin(_clock.Now());
                Listen();
                AwaitKey();
            }
            Pump();
        });
        Receive<MicMessages.AddCredit>(m =>
        {
            if (!Sender.Equals(_connection)) return; // one that was left may still have something to say
            _sound.Confirm(m.Frames);
            _credit = _credit.Add(m.Frames);
            Pump();
        });
        Receive<MicMessages.Hold>(_ =>
        {
            _credit = SendCredit.None;
            Pump();
        });
        Receive<MicMessages.Release>(m => _sound.Release(m.BeforeMs, m.Quiet));
        Receive<MicMessages.Mute>(_ => _gate = _gate.Close(_clock.Now()));
        Receive<MicMessages.Unmute>(_ =>
        {
            _gate = _gate.Open(_clock.Now());
            Pump();
        });
        Receive<MicMessages.Stop>(_ => End());
        Receive<FramesWaiting>(m =>
        {
            if (_live!.Heard(m.Ring, _clock.Now())) _device.Tell(DeviceMessages.Works.Signal);
            Pump();
        });
        Receive<DeviceFacts.Lost>(_ =>
        {
            _live!.Lost();
            Pump();
        });
        Receive<DeviceFacts.Due>(_ => Listen());
        Receive<DeviceFacts.Back>(_ => { });
        Receive<DeviceFacts.GivenUp>(m => Fail(null, m.Reason));
        Receive<Pressed>(m =>
        {
            if (!m.IsThere)
            {
                End();
                return;
            }
            _talk = _talk!.Pressed(_live?.Waiting ?? TimeSpan.Zero);
            AwaitKey();
        });
        Receive<Read>(m =>
        {
            _reading = false;
            Take(m.Frame, m.Bytes);
            Pump();
        });
        Receive<FrameDue>(_ =>
        {
            if (_pace.Wait(_clock.Now()) > TimeSpan.Zero) _beat = null;
            Pump();
        });
        Receive<MicMessages.GetReport>(_ => Sender.Tell(new MicMessages.Report(_sentTo, _gate.Muted(_clock.Now()), _lostBytes)));
        Receive<Status.Failure>(m => Fail(m.Cause, m.Cause.Message));

        playback.Tell(new PlaybackMessages.Attach());
        socket.Tell(new SocketMessages.Open());
    }

    private void Listen()
    {
        if (_ending || _source is not ILiveSource source) return;
        var waiting = new FramesWaiting(_live!.Open());
        var self = Self;
        source.ListenAsync(waiting.Ring, () => self.Tell(waiting)).PipeTo(
            _device, success: () => new DeviceMessages.Ended("The microphone has ended by itself. Is it still there?"), failure: e => new DeviceMessages.Ended(e.Message));
    }

    private void AwaitKey() => _key?.PressedAsync().PipeTo(Self, success: pressed => new Pressed(pressed));

    private void End()
    {
        _ending = true;
        _waiting = null;
        if (_source is ILiveSource live)
        {
            Context.Stop(_device); // a device that is stopped is not missed
            live.Stop();
        }
        Pump();
    }

    private void Fail(Exception? cause, string reason)
    {
        if (_ending) return;
        _log.Error(cause, "The sound input failed: {Reason}", reason);
        Context.Parent.Tell(new SessionMessages.InputFailed(reason));
        _ending = true;
        Pump();
    }

    private void Pump()
    {
        if (_ended) return;
        var flows = Flush();
        if (_live is not null && !PumpLive(_live)) return;
        if (!flows) return;
        if (_source is IPatientSource patient) PumpFrames(patient);
        if (_ending && _waiting is null) PumpSilence();
    }

    // A frame is read when it is due, and not before: a frame in the hand of everybody who waits would be copied by every collection.
    private void PumpFrames(IPatientSource source)
    {
        while (!_gate.IsMuted && _credit.Any && (_waiting is not null || !_ending))
        {
            var now = _clock.Now();
            if (_pace.Wait(now) is { Ticks: > 0 } wait)
            {
                Ring(wait);
                return;
            }
            if (_waiting is null && !TryRead(source)) break;
            var frame = _waiting!;
            _waiting = null;
            var length = Pcm.Duration(frame.Length);
            _pace = _pace.Sent(length, now);
            Send(_frames.Share(frame), _settings.Realtime ? _pace.Due - length : null);
        }
        if (_beat is not null) Timers.Cancel(FrameDue.Key);
        _beat = null;
    }

    // One timer for all frames that follow each other at their pace: one for each would be thrown away ten times a second.
    private void Ring(TimeSpan wait)
    {
        if (_beat is { } beat && (_pace.Due - beat).Ticks % _settings.Frame.Ticks == 0) return;
        _beat = _pace.Due;
        Timers.StartPeriodicTimer(FrameDue.Key, FrameDue.Signal, wait, _settings.Frame);
    }

    // True once nothing waits.
    private bool PumpLive(LiveInput live)
    {
        if (!_ending && live.Fill(_clock.Now()) is { } next) Timers.StartSingleTimer(FrameDue.Key, FrameDue.Signal, next);
        // A slow line holds the sound up, and its oldest is lost; without a line it is kept for the next.
        while ((_credit.Any || _credit.Window == 0) && live.Any)
        {
            var frame = _frames.Borrow(live.FrameBytes);
            if (!live.TryRead(frame, out var lost, out var at))
            {
                _frames.Return(frame);
                break;
            }
            CountLost(lost);
            if (_gate.IsMuted) Array.Clear(frame);
            frame = _frames.Share(frame);
            // With push to talk nobody listens for the end of a turn, and its silence would be part of it.
            var isSent = !_gate.IsMuted || _talk is null;
            if (isSent) Send(frame, at);
            Talk(frame);
            if (!isSent) _frames.Return(frame);
        }
        return !live.Any;
    }

    // What was lost is told once per spell.
    private void CountLost(long lost)
    {
        _lostBytes += lost * Pcm.Bytes(_settings.Frame);
        if (lost > 0 && !_losing) _log.Warning("The microphone lost {LostFrames} frames: the line is too slow", lost);
        _losing = lost > 0;
    }

    // Silence is not spoken by anyone: it needs no pace and no mute, only credit. All credit back means that it has left.
    private void PumpSilence()
    {
        while (_credit.Any && _silenceLeft > TimeSpan.Zero)
        {
            _silenceLeft -= _settings.Frame;
            Send(_frames.Share(new byte[Pcm.Bytes(_settings.Frame)]), at: null);
        }
        if (_silenceLeft > TimeSpan.Zero) return;
        if (!_credit.IsFull)
        {
            if (!_returning) _connection.Tell(new ConnectionMessages.ReturnCredit());
            _returning = true;
            return;
        }

        _ended = true;
        _log.Info("The sound input is at its end, {Milliseconds} ms sent", Pcm.Milliseconds(_sentTo));
        _turns.Tell(new TurnMessages.SoundEnded(Pcm.Milliseconds(_sound.SpokenTo)));
        Context.Parent.Tell(new SessionMessages.InputEnded());
    }

    private void Send(byte[] frame, TimeSpan? at)
    {
        _recorder?.Sent(frame, at);
        _sound.Add(frame);
        if (_pauses is not null)
        {
            (_pauses, var commit) = _pauses.On(frame);
            if (commit) _sound.AddCommit();
        }
        Flush();
        _lostBytes += _sound.TakeLost();
    }

    // Sends what waits, as far as there is credit; false where there is none left for it, or no line at all.
    private bool Flush()
    {
        while (_credit.Window > 0 && _sound.AnyWaiting && (_credit.Any || _sound.CommitIsNext) && _sound.TryNext(out var piece))
        {
            if (piece.Frame is { } frame)
            {
                _credit = _credit.Spend();
                _sentTo = Math.Max(_sentTo, piece.End);
                _connection.Tell(new ConnectionMessages.Send(new AppendAudio(frame)));
            }
            else
            {
                _turns.Tell(new TurnMessages.Committing(Pcm.Milliseconds(piece.Start)));
                _connection.Tell(new ConnectionMessages.Send(new CommitAudio { EventId = EventId.Of($"turn_commit_{++_commits}") }));
            }
        }
        return _credit.Window > 0 && !_sound.AnyWaiting;
    }

    private void Talk(byte[] frame)
    {
        if (_talk is null) return;
        (_talk, var step) = _talk.On(frame);
        if (step == TalkStep.Commit) Commit();
        if (step == TalkStep.NothingSaid)
        {
            Context.Parent.Tell(new SessionMessages.Noticed(new Notice(NoticeLevel.Info, "nothing_said", "Nothing was heard since the last turn, so there is none. Speak, then press Enter.")));
        }
    }

    private void Commit()
    {
        _sound.AddCommit();
        Flush();
    }

    // True where the source had a frame at hand; else it comes as a message, or there is none.
    private bool TryRead(IPatientSource source)
    {
        if (_reading || _ending) return false;
        var frame = _frames.Borrow(Pcm.Bytes(_settings.Frame)); // what is read fills it, or it is cut
        var read = source.ReadAsync(frame, _stop.Token);
        if (read.IsCompletedSuccessfully)
        {
            Take(frame, read.Result);
        }
        else
        {
            _reading = true;
            TellWhenRead(read.AsTask(), frame);
        }
        return _waiting is not null;
    }

    private void TellWhenRead(Task<int> read, byte[] frame) => read.PipeTo(Self, success: bytes => new Read(frame, bytes));

    private void Take(byte[] frame, int bytes)
    {
        if (bytes == 0) _ending = true;
        if (bytes == frame.Length && !_ending)
        {
            _waiting = frame;
            return;
        }
        if (!_ending) _waiting = frame[..bytes];
        _frames.Return(frame);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stop.Cancel();
        (_source as ILiveSource)?.Stop();
    }

    // One for each opening, so that the device's callback makes none.
    private sealed record FramesWaiting(FrameRing Ring);

    private sealed record Pressed(bool IsThere);

    private sealed record Read(byte[] Frame, int Bytes);

    private sealed record FrameDue
    {
        public const string Key = "frame";
        public static readonly FrameDue Signal = new();
    }
}
