using Akka.Actor;
using Akka.Event;
using RealtimeAkka.Actors.Devices;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Mic;

/// <summary>
/// Sends the audio of a live source. It waits in a ring, and while muted it is sent as silence, so that the server's audio clock stays
/// true. A source that goes away is reopened. With a key, the caller ends the turns.
/// </summary>
public sealed class LiveMicActor : MicActor, IWithTimers
{
    private static readonly Notice NothingSaid =
        new(NoticeLevel.Info, "nothing_said", "Nothing was heard since the last turn, so there is none. Speak, then press Enter.");

    private readonly ILiveAudioSource _source;
    private readonly IPushToTalkKey? _key;
    private readonly LiveInput _input;
    private readonly QueueDepth _waiting;
    private readonly ISessionDisplay? _display;
    private readonly IActorRef _device;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Use <see cref="MicActor.Props"/>.</summary>
    public LiveMicActor(MicSettings settings, MicPorts ports, IActorRef socket, IActorRef turns, IActorRef playback)
        : base(settings, ports, pause: ports.Key is null ? settings.ManualSilence : null, socket, turns, playback)
    {
        (_source, _key, _display) = ((ILiveAudioSource)ports.Source, ports.Key, ports.Display);
        _input = new LiveInput(settings.Frame, settings.Ring, settings.Format);
        _waiting = ports.Depths.Add(nameof(FrameRing), isSound: true);
        var labels = new DeviceLabels("microphone", "microphone", "silence is sent");
        _device = Context.ActorOf(DeviceActor.Props(labels, settings.Reopen, ports.Clock, Context.Parent), "device");

        Receive<FramesWaiting>(m =>
        {
            if (_input.Acknowledge(m.Ring, Now)) OnWorking();
            Pump();
        });
        Receive<FrameDue>(_ => Pump());
        Receive<DeviceFacts.Lost>(_ =>
        {
            _input.OnDeviceLost();
            Pump();
        });
        Receive<DeviceFacts.ReopenDue>(_ => Listen());
        Receive<DeviceFacts.Recovered>(_ => { });
        Receive<DeviceFacts.Abandoned>(m => Fail(null, m.Reason));
        Receive<Ended>(m =>
        {
            var reason = m.Task.Exception?.GetBaseException().Message ?? "The microphone has ended by itself. Is it still there?";
            if (m.Key is Press press) OnPressed(press, (Task<bool>)m.Task);
            else if (m.Key is FramesWaiting { Ring: var ring } && _input.IsCurrent(ring)) // one that was replaced may end later
                Tell(_device, new DeviceMessages.Ended(reason));
        });
    }

    private protected override bool AnyWaiting => _input.Any;

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        base.Checkpoint();
        _checkpoint = _state;
        _input.Checkpoint();
        _waiting.Count = (long)_input.Waiting.TotalMilliseconds;
    }

    /// <inheritdoc/>
    protected override void Rollback()
    {
        base.Rollback();
        _state = _checkpoint;
        _input.Rollback();
    }

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        // Otherwise the device would not signal again.
        if (message is FramesWaiting { Ring: var ring }) ring.Acknowledge();
        return message is FramesWaiting or FrameDue || base.GiveUp(message);
    }

    private protected override void OnOpened()
    {
        Listen();
        AwaitKey();
    }

    private protected override bool AddNext()
    {
        if (!IsClosing && _input.Fill(Now) is { } next) Timers.StartSingleTimer(FrameDue.Key, FrameDue.Signal, next);
        // On a slow connection audio waits in the ring, and its oldest is lost; without a connection it is kept for the next one.
        if ((Audio.Credit.IsConnected && !Audio.Credit.Any) || !_input.Any) return false;

        var bytes = FramePool.Shared.Rent(_input.FrameBytes);
        if (!_input.TryRead(bytes, out var lost, out var at))
        {
            Audio.GiveBack(bytes);
            return false;
        }
        if (Audio.CountLost(lost * bytes.Length)) _log.Warning("The microphone lost {LostFrames} frames: the line is too slow", lost);
        if (IsMuted) Array.Fill(bytes, Settings.Format.Silence);
        var frame = AudioFrame.Of(bytes, Settings.Format);
        // With push-to-talk the server does not wait for the end of a turn, and muted silence would become part of the turn.
        if (IsMuted && _key is not null) Audio.GiveBack(bytes);
        else Add(frame, at);
        if (_key is not null) EndTurnAt(frame);
        return true;
    }

    private protected override void Stop()
    {
        Context.Stop(_device); // so that the end of the device is not taken for a loss
        _source.Stop();
        base.Stop();
    }

    private void Listen(IDeviceSource? next = null)
    {
        if (IsClosing) return;
        var waiting = new FramesWaiting(_input.Open());
        var self = Self;
        var signal = () => self.Tell(waiting);
        Start(waiting, () => next is null ? _source.ListenAsync(waiting.Ring, signal) : next.ListenNextAsync(waiting.Ring, signal));
    }

    // One that has never worked is an error at the start, and is not replaced by another.
    private protected override void UseNextDevice()
    {
        if (_source is not IDeviceSource devices) base.UseNextDevice();
        else if (!IsClosing && !_input.IsNew)
        {
            _input.OnDeviceLost();
            _state.IsSwitching = true;
            Listen(devices);
            Pump();
        }
    }

    private void OnWorking()
    {
        Tell(_device, DeviceMessages.Working.Signal);
        var name = (_source as IDeviceSource)?.DeviceName;
        if (name is not null) _display?.ShowDevice(name);
        if (_state.IsSwitching)
            Tell(Context.Parent, new SessionMessages.NoticeRaised(
                new Notice(NoticeLevel.Info, "microphone_changed", $"The microphone is now {name}.")));
        _state.IsSwitching = false;
    }

    private void AwaitKey()
    {
        if (_key is not null) Start(new Press(++_state.Presses), _key.PressedAsync);
    }

    private void OnPressed(Press press, Task<bool> pressed)
    {
        if (press.Number != _state.Presses) return;
        if (pressed.Exception?.GetBaseException() is { } cause) Fail(cause, cause.Message);
        else if (!pressed.Result) Stop();
        else
        {
            _state.Talk = _state.Talk.Pressed(_input.Waiting);
            AwaitKey();
        }
    }

    private void EndTurnAt(AudioFrame frame)
    {
        (_state.Talk, var step) = _state.Talk.On(frame);
        if (step == PushToTalkStep.Commit) Audio.EndTurn();
        if (step == PushToTalkStep.NothingSaid) Tell(Context.Parent, new SessionMessages.NoticeRaised(NothingSaid));
    }

    /// <summary>A failure of the device's actor is a failure of this station.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    /// <inheritdoc/>
    protected override void PostStop() => _source.Stop();

    // One instance per opening, so that the device's callback allocates none.
    private sealed record FramesWaiting(FrameRing Ring);
    private sealed record Press(long Number);
    private record struct State(PushToTalk Talk, long Presses, bool IsSwitching);
}
