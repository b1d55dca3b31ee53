using Akka.Actor;
using Akka.Event;

namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// A station of a session. It handles each message completely or not at all: messages to other actors leave only after the handler has
/// returned; if the handler throws, the state is rolled back and the message is handled once more, before any other. If it throws again,
/// the message is given up (<see cref="GivenUpException"/>).
/// <para>
/// The state is therefore saved by <see cref="Checkpoint"/> and restored by <see cref="Rollback"/>. What cannot be rolled
/// back, such as a task, starts only after the handler has returned (<see cref="Start(object, Func{Task})"/>), or is stored in a field by
/// the same statement that starts it, where the second attempt finds it. Child actors are created by name (<see cref="ChildOf"/>).
/// </para>
/// </summary>
public abstract class StationActor : ReceiveActor, IWithUnboundedStash
{
    private readonly List<Effect> _effects = [];
    private int _completed; // number of effects that have taken place
    private Task? _started; // the task of the next effect
    private Action? _behaviour;
    private Action? _continue; // one delegate for all tasks: a speaker has ten in a second
    private bool _isCommitted; // the changes are final, the effects are taking place
    private bool _isPartly; // the message has been handled in part; Continue stands for the rest
    private bool _isRetry;

    /// <inheritdoc/>
    public IStash Stash { get; set; } = null!;

    /// <summary>Saves the state: the changes are final. May be called twice in a row.</summary>
    protected abstract void Checkpoint();

    /// <summary>Restores the state of the last checkpoint. Timers are not restored: forget what the state says about them.</summary>
    protected abstract void Rollback();

    /// <summary>
    /// A message is given up. True if the station can go on without it: because this counts or reports what is lost with it, or a new
    /// connection delivers it again. If not, the session ends, since another actor may wait for the message for ever.
    /// </summary>
    protected virtual bool GiveUp(object message) => false;

    /// <summary>A new connection delivers again what was in a message that is given up.</summary>
    protected virtual bool NeedsReconnect => false;

    /// <summary>Sends a message after the handler has returned.</summary>
    protected void Tell(IActorRef to, object message, IActorRef? sender = null) => _effects.Add(new(to, message, sender ?? Self));

    /// <summary>Disposes an object after the handler has returned.</summary>
    protected void Dispose(IDisposable disposable) => _effects.Add(new(null, disposable, Self));

    /// <summary>Starts a task after the handler has returned. When it ends, this station gets <see cref="Ended"/>, maybe twice.</summary>
    protected void Start(object key, Func<Task> start) => _effects.Add(new(null, new Starting(key, start), Self));

    /// <summary>Changes the behaviour after the handler has returned.</summary>
    protected new void Become(Action configure) => _behaviour = configure;

    /// <summary>Sends <see cref="Continue"/> to this station when the task ends, however it ends: the task holds the result.</summary>
    protected void ContinueWhenEnded(Task task) =>
        task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(_continue ??= Continuation(Self));

    private static Action Continuation(IActorRef self) => () => self.Tell(Continue.Signal, ActorRefs.NoSender);

    /// <summary>Logs a line; null: nothing.</summary>
    protected static void Write(ILoggingAdapter log, LogLine? line)
    {
        if (line is not { } known) return;
        var level = known.Level switch
        {
            LineLevel.Debug => LogLevel.DebugLevel,
            LineLevel.Info => LogLevel.InfoLevel,
            _ => LogLevel.WarningLevel,
        };
        if (log.IsEnabled(level)) log.Log(level, known.Template, known.Values);
    }

    /// <summary>The child of this name, which a failed attempt may have created already.</summary>
    protected static IActorRef ChildOf(Props props, string name) =>
        Context.Child(name) is { } child && !child.IsNobody() ? child : Context.ActorOf(props, name);

    /// <summary>
    /// Completes what the handler has done so far, for handlers that do several things one after the other. If the handler throws later,
    /// <see cref="Continue"/> is handled instead of the message.
    /// </summary>
    protected void Commit()
    {
        (_isCommitted, _isPartly, _isRetry) = (true, true, false);
        Complete();
    }

    /// <inheritdoc/>
    protected override void PreStart() => Complete(); // the effects of the constructor

    /// <inheritdoc/>
    protected sealed override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            base.AroundReceive(receive, message);
            (_isCommitted, _isPartly, _isRetry) = (true, false, false);
            return Complete();
        }
        catch (Exception e)
        {
            var isHandled = _isCommitted && !_isPartly;
            if (_isCommitted) Complete();
            else Abort();
            if (isHandled) throw;
            if (_isRetry) throw GivenUp(_isPartly ? Continue.Signal : message, e);
            PutBack();
            throw;
        }
    }

    private void Abort()
    {
        (_behaviour, _completed) = (null, 0);
        _effects.Clear();
        Rollback();
    }

    private void PutBack()
    {
        if (_isPartly) Stash.Prepend([new Envelope(Continue.Signal, Self)]);
        else Stash.Stash();
        (_isPartly, _isRetry) = (false, true);
        Stash.UnstashAll();
    }

    private GivenUpException GivenUp(object message, Exception cause)
    {
        (_isPartly, _isRetry) = (false, false);
        var isRecoverable = GiveUp(message);
        Complete();
        return new GivenUpException(message.GetType().Name, isRecoverable, NeedsReconnect, cause);
    }

    // An exception between any two statements must neither lose nor repeat an effect: each takes place and is counted in one statement.
    // The last statement resets the flag and returns, since after it an exception would look like one of the handler.
    private bool Complete()
    {
        Checkpoint();
        if (_behaviour is not null) base.Become(_behaviour);
        _behaviour = null;
        while (_completed < _effects.Count)
        {
            if (_effects[_completed].To is { } to) to.Tell(_effects[_completed].What, _effects[_completed++].Sender);
            else if (_effects[_completed].What is Starting task) Start(task);
            else ((IDisposable)_effects[_completed++].What).Dispose();
        }
        _effects.Clear();
        _completed = 0;
        return _isCommitted = false;
    }

    private void Start(Starting task)
    {
        _started ??= task.Start();
        object ended = new Ended(task.Key, _started);
        if (_started.IsCompleted) Self.Tell(ended, ActorRefs.NoSender);
        else _started.PipeTo(Self, success: () => ended, failure: _ => ended);
        (_completed, _started) = (_completed + 1, null);
    }

    /// <summary>Sent to this station: there may be more to process.</summary>
    protected sealed record Continue
    {
        /// <summary>The shared instance.</summary>
        public static readonly Continue Signal = new();
    }

    /// <summary>A task has ended.</summary>
    /// <param name="Key">As given to <see cref="Start(object, Func{Task})"/>.</param>
    /// <param name="Task">The task with its result.</param>
    protected sealed record Ended(object Key, Task Task);

    private sealed record Starting(object Key, Func<Task> Start);

    // Without a recipient: a task to start, or an object to dispose.
    // Fields: after the count an exception in a property would lose the effect.
    private readonly struct Effect(IActorRef? to, object what, IActorRef sender)
    {
        public readonly IActorRef? To = to;
        public readonly object What = what;
        public readonly IActorRef Sender = sender;
    }
}
