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
    private readonly ISpeaker _speaker;
    private readonly IActorRef _device = ActorRefs.Nobody;
    private readonly PlaybackQueue _queue;
    private readonly QueueDepth? _waiting;
    private readonly SoundFormat _format;
    private readonly Playout _playout;
    private readonly BlockWriter _writer;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor that uses the speaker and does not dispose it.</summary>
    public static Props Props(PlaybackSettings settings, ISpeaker speaker, TimeProvider clock, QueueDepths? depths = null) =>
        Akka.Actor.Props.Create(() => new PlaybackActor(settings, speaker, clock, depths));

    /// <summary>Use <see cref="Props"/>.</summary>
    public PlaybackActor(PlaybackSettings settings, ISpeaker speaker, TimeProvider clock, QueueDepths? depths)
    {
        _speaker = speaker;
        var labels = new DeviceLabels("loudspeaker", "speaker", "what is said waits");
        var device = DeviceActor.Props(labels, settings.Reopen, clock, Context.Parent);
        if (speaker is IDeviceSpeaker) _device = Context.ActorOf(device, "device");
        _format = settings.Format;
        _queue = new PlaybackQueue(_format.Bytes(settings.Limit), _format.Bytes(settings.Block), speaker.IsHeard);
        _waiting = depths?.Add(nameof(PlaybackQueue), isSound: true);
        _playout = new Playout(_queue, settings.MuteWhileHeard, settings.EchoTail, _format);
        _writer = new BlockWriter(ContinueWhenEnded);
        _state = _checkpoint = new State(Microphone: ActorRefs.Nobody, Turns: ActorRefs.Nobody);

        Receive<PlaybackMessages.Attach>(_ => _state.Microphone = Sender);
        Receive<PlaybackMessages.Play>(m =>
        {
            if (m.Owner is { } owner) Dispose(owner);
            DoAll(_playout.Add(m.Response, m.Item, m.Sound.Span), turns: Sender);
        });
        Receive<PlaybackMessages.Pause>(m => DoAll(_playout.Pause(m.Response), turns: Sender));
        Receive<PlaybackMessages.Finish>(m => DoAll(_playout.Finish(m.Response), turns: Sender));
        Receive<PlaybackMessages.Stop>(m => DoAll(_playout.Stop(m.Response), turns: Sender));
        // A timer sends what is awaited.
        Receive<PlayoutDecision.AwaitPlayout>(m => DoAll(_playout.PlayedOut(m.Response, Speaker.Left)));
        Receive<PlayoutDecision.AwaitEcho>(_ => DoAll(_playout.EchoGone(Speaker.Left)));
        Receive<Ended>(m => Tell(_device, new DeviceMessages.Ended(
            m.Task.Exception?.GetBaseException().Message ?? "The loudspeaker has ended by itself. Is it still there?")));
        Receive<DeviceFacts.Lost>(_ => DoAll(_playout.Lost()));
        Receive<DeviceFacts.ReopenDue>(_ => Open());
        Receive<DeviceFacts.Recovered>(_ => DoAll(_playout.Recovered(Speaker.Latency)));
        Receive<DeviceFacts.Abandoned>(m =>
        {
            Notice("speaker_given_up", $"{m.Reason} The session goes on unheard.");
            DoAll(_playout.Abandoned());
        });
        Receive<Continue>(_ => DoAll(null));
        Receive<PlaybackMessages.GetReport>(_ => Tell(Sender, _playout.Total));

        Open();
    }

    private ISpeaker Speaker => _playout.UsesFallback ? ((IDeviceSpeaker)_speaker).Fallback : _speaker;

    /// <inheritdoc/>
    protected override void Checkpoint()
    {
        _checkpoint = _state;
        _playout.Checkpoint();
        _waiting?.Count = _format.Milliseconds(_queue.Waiting);
    }

    /// <inheritdoc/>
    protected override void Rollback()
    {
        _state = _checkpoint;
        _playout.Rollback();
    }

    /// <inheritdoc/>
    protected override bool GiveUp(object message)
    {
        if (message is not PlaybackMessages.Play play) return false;
        _playout.Lose(play.Sound.Length);
        return true;
    }

    private void Open()
    {
        if (Speaker is not IDeviceSpeaker speaker) return;
        var device = _device;
        Start(speaker, () => speaker.PlayAsync(() => device.Tell(DeviceMessages.Working.Signal)));
    }

    // Each decision becomes final before the next one.
    private void DoAll(PlayoutDecision? first, IActorRef? turns = null)
    {
        _state.Turns = turns ?? _state.Turns;
        var next = first ?? _playout.Next(Speaker.Latency);
        for (; next is not null && Do(next); next = _playout.Next(Speaker.Latency)) Commit();
    }

    // False: nothing more can be done until something happens.
    private bool Do(PlayoutDecision? decision)
    {
        switch (decision)
        {
            case PlayoutDecision.Write:
                Timers.Cancel(PlayoutDecision.AwaitEcho.Key);
                return Write();
            case PlayoutDecision.Discard discard:
                return Do(_playout.Discarded(discard, _writer.Discard(Speaker)));
            case PlayoutDecision.Report { Fact: var fact }:
                Timers.Cancel(fact.Response);
                Write(_log, TurnLog.Played(fact.Response, fact.HeardInAll));
                Tell(_state.Turns, fact);
                break;
            case PlayoutDecision.ReportLoss { Response: var response }:
                _log.Warning("More sound of {Response} than can wait is lost", response);
                break;
            case PlayoutDecision.ReportFailure { Cause: var cause }:
                Notice("speaker_failed", $"The assistant is not heard: {cause.Message.TrimEnd('.')}.");
                _log.Error(cause, "The speaker failed: {Reason}", cause.Message);
                break;
            case PlayoutDecision.AwaitPlayout wait:
                Timers.StartSingleTimer(wait.Response, wait, wait.Wait);
                break;
            case PlayoutDecision.AwaitEcho wait:
                const string key = PlayoutDecision.AwaitEcho.Key;
                if (!Timers.IsTimerActive(key)) Timers.StartSingleTimer(key, wait, wait.Wait);
                return false;
            case PlayoutDecision.Mute { IsOn: var on }:
                Timers.Cancel(PlayoutDecision.AwaitEcho.Key);
                Tell(_state.Microphone, on ? MicMessages.Mute.Signal : MicMessages.Unmute.Signal);
                break;
        }
        return true;
    }

    // True once it is known whether the block was taken.
    private bool Write()
    {
        Commit(); // a block must not be handed over twice: all decisions are final before
        return _playout.Block is { } block && _writer.Write(Speaker, block) is { IsCompleted: true } write
            && Do(_playout.Taken(write is { IsCompletedSuccessfully: true, Result: true }, write.Exception?.GetBaseException()));
    }

    private void Notice(string code, string message) =>
        Tell(Context.Parent, new SessionMessages.NoticeRaised(new Notice(NoticeLevel.Warning, code, message)));

    /// <summary>A failure of the device's actor is a failure of this station.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);

    /// <inheritdoc/>
    protected override void PostStop() => _writer.Cancel();

    private record struct State(IActorRef Microphone, IActorRef Turns);
}
