namespace Akka.Actor;

/// <summary>Tell, with the answer as a task.</summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<object>(message, timeout, default);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) => self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<T>(message, timeout, default);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) => self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var answer = new AskRef<T>(ProviderOf(self));
        self.Tell(message, answer);
        return answer.WaitFor(timeout, cancellationToken);
    }

    public static Task<T> Ask<T>(this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var answer = new AskRef<T>(ProviderOf(self));
        self.Tell(messageFactory(answer), answer);
        return answer.WaitFor(timeout, cancellationToken);
    }

    private static IActorRefProvider ProviderOf(ICanTell self) => self switch
    {
        ActorSelection selection => ProviderOf(selection.Anchor),
        IInternalActorRef actor => actor.Provider,
        _ => ActorCell.Current?.SystemImpl.Provider ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self)),
    };
}

/// <summary>Takes one answer. It has a path only when somebody looks.</summary>
internal sealed class AskRef<T>(IActorRefProvider provider) : MinimalActorRef
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorPath? _path;

    public override ActorPath Path => Volatile.Read(ref _path) ?? Named();
    public override IActorRefProvider Provider => provider;

    /// <summary>No timeout, zero or less means: for ever.</summary>
    public Task<T> WaitFor(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var limit = timeout ?? provider.Settings.AskTimeout;
        if (_answer.Task.IsCompleted || limit <= TimeSpan.Zero && !cancellationToken.CanBeCanceled)
            return _answer.Task;
        return Limited(limit, cancellationToken);
    }

    private async Task<T> Limited(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var cancellation = cancellationToken.Register(() => _answer.TrySetCanceled());
        var deadline = limit > TimeSpan.Zero ? AskDeadline.Start(limit, Expire) : null;
        try
        {
            return await _answer.Task.ConfigureAwait(false);
        }
        finally
        {
            deadline?.Cancel();
        }

        void Expire() => _answer.TrySetException(new AskTimeoutException(FormattableString.Invariant($"Timeout after {limit.TotalSeconds:F2} seconds")));
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var taken = message switch
        {
            null => _answer.TrySetResult(default!),
            T t => _answer.TrySetResult(t),
            Status.Failure failure => _answer.TrySetException(failure.Cause),
            _ => _answer.TrySetException(new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (!taken && message is not null)
            provider.DeadLetters.Tell(new Event.DeadLetter(message, sender ?? provider.DeadLetters, this), sender);
    }

    private ActorPath Named() => Interlocked.CompareExchange(ref _path, provider.TempPath(), null) ?? _path;
}

/// <summary>Ask timeouts run by the wall clock, even where a test holds the scheduler.</summary>
internal sealed class AskDeadline(Action expire) : TimerEntry(null)
{
    private static readonly TimerQueue Deadlines = new("akka-ask-timeouts", TimeSpan.FromMilliseconds(10));

    public static AskDeadline Start(TimeSpan limit, Action expire)
    {
        var deadline = new AskDeadline(expire);
        Deadlines.Add(deadline, limit);
        return deadline;
    }

    public override void Fire() => expire();
}
