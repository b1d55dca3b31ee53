using Akka.Actor;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Devices;

/// <summary>Tracks the absences of one audio device: says when to reopen it, and publishes notices about it.</summary>
public sealed class DeviceActor : StationActor, IWithTimers
{
    private readonly DeviceLabels _words;
    private readonly TimeProvider _clock;
    private readonly IActorRef _session;
    private State _state, _checkpoint;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Props of an actor whose parent uses the device; notices go to <paramref name="session"/>.</summary>
    public static Props Props(DeviceLabels words, ReopenSettings settings, TimeProvider clock, IActorRef session) =>
        Akka.Actor.Props.Create(() => new DeviceActor(words, settings, clock, session));

    /// <summary>Use <see cref="Props"/>.</summary>
    public DeviceActor(DeviceLabels words, ReopenSettings settings, TimeProvider clock, IActorRef session)
    {
        (_words, _clock, _session) = (words, clock, session);
        _state = _checkpoint = new State(new ReopenPolicy(settings), Worked: false);

        Receive<DeviceMessages.Working>(_ =>
        {
            _state.Worked = true;
            if (!_state.Reopen.IsAway) return;
            _state.Reopen = _state.Reopen.Recovered(_clock.Now());
            Tell(Context.Parent, new DeviceFacts.Recovered());
            Notice(NoticeLevel.Info, "back", "is there again.");
        });
        Receive<DeviceMessages.Ended>(m => OnLost(m.Reason));
        Receive<Due>(_ => Tell(Context.Parent, new DeviceFacts.ReopenDue()));
    }

    /// <inheritdoc/>
    protected override void Checkpoint() => _checkpoint = _state;

    /// <inheritdoc/>
    protected override void Rollback() => _state = _checkpoint;

    private void OnLost(string reason)
    {
        // A device that never worked is an error at the start; one that did may come back.
        if (!_state.Worked)
        {
            Tell(Context.Parent, new DeviceFacts.Abandoned(reason));
            return;
        }
        var isNews = !_state.Reopen.IsAway;
        (_state.Reopen, var wait) = _state.Reopen.Lost(_clock.Now());
        if (wait is { } time) Timers.StartSingleTimer(Due.Key, Due.Signal, time);
        if (isNews)
        {
            Tell(Context.Parent, new DeviceFacts.Lost());
            Notice(NoticeLevel.Warning, "lost", $"is lost; {_words.Meanwhile} until it is there again. {reason}");
        }
        if (wait is null) Tell(Context.Parent, new DeviceFacts.Abandoned($"The {_words.Name} did not come back: {reason}"));
    }

    private void Notice(NoticeLevel level, string code, string what) =>
        Tell(_session, new SessionMessages.NoticeRaised(new Notice(level, $"{_words.Code}_{code}", $"The {_words.Name} {what}")));

    private record struct State(ReopenPolicy Reopen, bool Worked);

    private sealed record Due
    {
        public const string Key = "due";
        public static readonly Due Signal = new();
    }
}

/// <summary>The words of a device's notices: its name, the first word of their codes, and what happens while it is away.</summary>
public sealed record DeviceLabels(string Name, string Code, string Meanwhile);
