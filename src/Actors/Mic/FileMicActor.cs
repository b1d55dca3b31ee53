using Akka.Actor;
using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actors.Mic;

/// <summary>Sends the audio of a pull source, a file or a pipe. It is read at its pace, with credit only, and not while muted.</summary>
public sealed class FileMicActor : MicActor, IWithTimers
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IPullAudioSource _source;
    private State _state, _checkpoint;
    private Read _read; // the current read, kept until all its effects are final

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Use <see cref="MicActor.Props"/>.</summary>
    public FileMicActor(MicSettings settings, MicPorts ports, IActorRef socket, IActorRef turns, IActorRef playback)
        : base(settings, ports, settings.ManualSilence, socket, turns, playback)
    {
        _source = (IPullAudioSource)ports.Source;
        _state = _checkpoint = new State(new Pace(settings.Realtime));

        Receive<FrameDue>(_ =>
        {
            if (_state.Pace.Wait(Now) > TimeSpan.Zero) _state.TimerDue = null;
            Pump();
        });
    }

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        base.Checkpoint();
        _checkpoint = _state;
    }

    /// <inheritdoc/>
    protected override void Rollback()
    {
        base.Rollback();
        _state = _checkpoint with { TimerDue = null };
    }

    /// <inheritdoc/>
    protected override bool GiveUp(object message) => message is FrameDue || base.GiveUp(message);

    private protected override void OnContinue()
    {
        if (_read.Bytes.IsFaulted && _read.Bytes.AsTask().Exception?.GetBaseException() is { } cause) Fail(cause, cause.Message);
        else base.OnContinue();
    }

    // A frame is read when it is due, not before: a frame held by every waiting session would be copied by every garbage collection.
    private protected override bool AddNext()
    {
        if (!Audio.IsFlushed) return false;
        var now = Now;
        var canSend = !IsMuted && Audio.Credit.Any && !IsClosing;
        if (canSend && _state.Pace.Wait(now) is { Ticks: > 0 } wait)
        {
            StartTimer(now + wait, wait);
            return false;
        }
        if (canSend && Take() is { } bytes)
        {
            var frame = AudioFrame.Of(bytes, Settings.Format);
            (_state.Pace, var at) = _state.Pace.Sent(frame.Duration, now);
            Add(frame, Settings.Realtime ? at : null);
            if (_source.EndsTurn) Audio.EndTurn();
            return true;
        }
        if (_state.TimerDue is not null) Timers.Cancel(FrameDue.Key);
        _state.TimerDue = null;
        return false;
    }

    // One periodic timer for all frames that follow each other at their pace: one per frame would be garbage ten times a second.
    private void StartTimer(TimeSpan at, TimeSpan wait)
    {
        if (_state.TimerDue is { } due && (at - due).Ticks % Settings.Frame.Ticks == 0) return;
        _state.TimerDue = at;
        Timers.StartPeriodicTimer(FrameDue.Key, FrameDue.Signal, wait, Settings.Frame);
    }

    // The next frame; null if it has not arrived yet, or at the end.
    private byte[]? Take()
    {
        if (_read.Number == _state.Taken)
        {
            var frame = FramePool.Shared.Rent(Settings.Format.Bytes(Settings.Frame)); // the read fills it, or it is cut
            _read = new Read(_state.Taken + 1, frame, _source.ReadAsync(frame, _stop.Token).Preserve());
        }
        if (!_read.Bytes.IsCompletedSuccessfully)
        {
            if (!_read.IsAwaited) ContinueWhenEnded(_read.Bytes.AsTask());
            _read.IsAwaited = true;
            return null;
        }
        _state.Taken = _read.Number;
        var bytes = _read.Bytes.Result;
        if (bytes == _read.Frame.Length) return _read.Frame;
        Audio.GiveBack(_read.Frame);
        if (bytes == 0) Close();
        return bytes == 0 ? null : _read.Frame[..bytes];
    }

    /// <inheritdoc/>
    protected override void PostStop() => _stop.Cancel();

    private record struct State(Pace Pace)
    {
        public TimeSpan? TimerDue; // due time for which the periodic timer was started; it fires again after each further frame's length
        public long Taken; // frames read
    }

    private record struct Read(long Number, byte[] Frame, ValueTask<int> Bytes)
    {
        public bool IsAwaited;
    }
}
