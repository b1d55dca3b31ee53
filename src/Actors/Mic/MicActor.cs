using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Sends the audio of a source to the connection, one frame per credit; what a lost connection may not have delivered is sent again.
/// At the end some silence is sent, so that VAD closes the last turn. The derived actors read the source.
/// </summary>
public abstract class MicActor : StationActor
{
    private static readonly Notice OneInput =
        new(NoticeLevel.Info, "no_device", "There is no other microphone: the input is no sound device.");

    private protected readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TimeProvider _clock;
    private readonly IActorRef _turns;
    private readonly IAudioRecorder? _recorder;
    private readonly QueueDepth _kept;
    private readonly ISessionDisplay? _display;
    private State _state, _checkpoint;

    /// <summary>Props of an actor for the source, which asks the socket to open and attaches itself to the playback.</summary>
    public static Props Props(MicSettings settings, MicPorts ports, IActorRef socket, IActorRef turns, IActorRef playback) =>
        ports.Source is ILiveAudioSource ? Akka.Actor.Props.Create(() => new LiveMicActor(settings, ports, socket, turns, playback))
        : Akka.Actor.Props.Create(() => new FileMicActor(settings, ports, socket, turns, playback));

    /// <summary>A <paramref name="pause"/> of this length ends a turn; null: no pause does.</summary>
    protected MicActor(MicSettings settings, MicPorts ports, TimeSpan? pause, IActorRef socket, IActorRef turns, IActorRef playback)
    {
        (Settings, _clock, _recorder, _display, _turns) = (settings, ports.Clock, ports.Recorder, ports.Display, turns);
        Audio = new OutgoingAudio(settings.Replay, pause, FramePool.Shared, settings.Format);
        _kept = ports.Depths.Add(nameof(ReplayBuffer), isSound: true);
        _state = _checkpoint = new State(ActorRefs.Nobody, default, new EndOfInput(settings.EndSilence));

        Receive<MicMessages.ResetCredit>(OnConnected);
        Receive<MicMessages.AddCredit>(m =>
        {
            if (!Sender.Equals(_state.Connection)) return; // a connection that was replaced may still send
            Audio.Confirm(m.Frames);
            Pump();
        });
        Receive<MicMessages.Suspend>(_ =>
        {
            Audio.Disconnect();
            Pump();
        });
        Receive<MicMessages.Release>(m => Audio.Release(m.BeforeMs, m.Quiet));
        Receive<MicMessages.Mute>(_ => Set(_state.Gate.Close(MuteReasons.Assistant, Now), ports.Source));
        Receive<MicMessages.Unmute>(_ => Set(_state.Gate.Open(MuteReasons.Assistant, Now), ports.Source));
        Receive<MicMessages.Control>(m =>
        {
            if (m.What == MicControl.NextDevice) UseNextDevice();
            else Set(_state.Gate.Toggle(MuteReasons.Caller, Now), ports.Source);
        });
        Receive<MicMessages.Stop>(_ => Stop());
        Receive<Continue>(_ => OnContinue());
        Receive<MicMessages.GetReport>(_ => Tell(Sender, new MicMessages.Report(Audio.SentTo, _state.Gate.Muted(Now), Audio.LostBytes)));

        Tell(playback, new PlaybackMessages.Attach());
        Tell(socket, new SocketMessages.Open());
    }

    private protected MicSettings Settings { get; }
    private protected TimeSpan Now => _clock.Now();
    private protected OutgoingAudio Audio { get; }
    private protected bool IsMuted => _state.Gate.IsMuted;
    private protected bool IsClosing => _state.End.IsClosing;

    private protected virtual bool AnyWaiting => false; // audio of the source that must wait; the closing silence comes after it

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        _checkpoint = _state;
        Audio.Checkpoint();
        _kept.Count = Settings.Format.Milliseconds(Audio.End - Audio.KeptFrom);
    }

    /// <inheritdoc/>
    protected override void Rollback()
    {
        _state = _checkpoint;
        Audio.Rollback();
    }

    /// <inheritdoc/>
    protected override bool NeedsReconnect => true;

    /// <inheritdoc/>
    protected override bool GiveUp(object message) => // the audio goes on with the credit of a new connection
        message is MicMessages.ResetCredit or MicMessages.AddCredit or MicMessages.Suspend or MicMessages.Release or Continue;

    private protected virtual void OnOpened() { } // there is a connection for the first time
    private protected virtual void OnContinue() => Pump();

    private protected virtual void UseNextDevice() => Tell(Context.Parent, new SessionMessages.NoticeRaised(OneInput));

    // Adds the next frame of the source to the audio to send; false if there is none, or if it must wait.
    private protected abstract bool AddNext();

    // One frame at a time: no source delivers a frame twice, so all effects of one are final before the next is read.
    private protected void Pump()
    {
        while (PumpOne()) Commit();
    }

    private protected virtual void Stop()
    {
        Close();
        Pump();
    }

    private protected void Close() => _state.End = _state.End.Close();

    private protected void Fail(Exception? cause, string reason)
    {
        if (IsClosing) return;
        _log.Info(cause, "The sound input failed: {Reason}", reason);
        Tell(Context.Parent, new SessionMessages.InputFailed(reason));
        Close();
        Pump();
    }

    private void Set(MuteGate gate, IAudioSource source)
    {
        _state.Gate = gate;
        source.ShowMute(gate.IsMuted);
        _display?.ShowMute(gate.Reasons);
        if (!gate.IsMuted) Pump();
    }

    // At: when the frame was said; null: right after the audio before.
    private protected void Add(AudioFrame frame, TimeSpan? at)
    {
        _recorder?.Sent(frame.Bytes, at, Audio.End);
        _display?.ShowLevel(frame.Level);
        var position = Settings.Format.Milliseconds(Audio.End);
        if (Audio.Add(frame, at) is { } begins)
            Tell(_turns, new TurnMessages.AudioPaused(position, (long)begins.TotalMilliseconds, Now));
    }

    private void OnConnected(MicMessages.ResetCredit m)
    {
        _state.Connection = Sender;
        var now = Now;
        var isFirst = Audio.Connect(m.Frames, now);
        _state.End = _state.End.OnConnected(Audio.AnyWaiting);
        Tell(_turns, new TurnMessages.AudioOffset(Settings.Format.Milliseconds(Audio.KeptFrom)));
        if (isFirst)
        {
            _recorder?.Begin(now);
            // Of a file that is read faster than it was spoken nobody can say when that was.
            if (Settings.Realtime) Tell(_turns, new TurnMessages.AudioPaused(0, 0, now));
            OnOpened();
        }
        Pump();
    }

    private bool PumpOne()
    {
        if (_state.End.Phase == InputPhase.Ended) return false;
        while (Audio.TakeNext() is { } next)
        {
            if (next.Event is CommitAudio) Tell(_turns, new TurnMessages.ManualCommit(Settings.Format.Milliseconds(next.Position)));
            Tell(_state.Connection, new ConnectionMessages.Send(next.Event));
        }
        return AddNext() || (IsClosing && Audio.IsFlushed && !AnyWaiting && EndNext());
    }

    private bool EndNext()
    {
        (_state.End, var step) = _state.End.Next(Audio.Credit, Settings.Frame);
        if (step == EndStep.SendSilence)
        {
            var format = Settings.Format;
            Add(new AudioFrame(FramePool.Shared.Silence(format.Bytes(Settings.Frame), format.Silence), Level: 0, Settings.Frame), at: null);
        }
        if (step == EndStep.ReturnCredit) Tell(_state.Connection, new ConnectionMessages.ReturnCredit());
        if (step == EndStep.Report)
        {
            _log.Info("The sound input is at its end, {Milliseconds} ms sent", Settings.Format.Milliseconds(Audio.SentTo));
            Tell(_turns, new TurnMessages.AudioEnded(Settings.Format.Milliseconds(Audio.SpokenTo)));
            Tell(Context.Parent, new SessionMessages.InputEnded());
        }
        return step == EndStep.SendSilence;
    }

    private record struct State(IActorRef Connection, MuteGate Gate, EndOfInput End);
}
