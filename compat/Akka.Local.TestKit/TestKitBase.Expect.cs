using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The next message must be this.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsg<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgAsync<T>(duration, hint, cancellationToken));
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgAsync(message, timeout, hint, cancellationToken));
    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgAsync(isMessage, timeout, hint, cancellationToken));
    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgAsync(assert, timeout, hint, cancellationToken));
    public T ExpectMsg<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgAsync(isMessageAndSender, timeout, hint, cancellationToken));
    public T ExpectMsg<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgAsync(assertMessageAndSender, timeout, hint, cancellationToken));
    public T ExpectMsg<T>(T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgAsync(expected, comparer, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((_, _) => { }, duration, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => Check(Same(message, m), $"Expected {message}, got {m}.", hint), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => Check(isMessage(m), $"Got a message of the expected type <{typeof(T)}>, but the predicate did not accept it: {m}.", hint), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Action<T> assert, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => assert(m), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, s) => Check(isMessageAndSender(m, s), $"Got a message of the expected type <{typeof(T)}> from {s}, but the predicate did not accept it: {m}.", hint), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync(assertMessageAndSender, timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, _) => Check(comparer(expected, m), $"Expected {expected}, got {m}.", hint), timeout, hint, cancellationToken);

    public Terminated ExpectTerminated(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        Wait(ExpectTerminatedAsync(target, timeout, hint, cancellationToken));

    public ValueTask<Terminated> ExpectTerminatedAsync(IActorRef target, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<Terminated>((m, _) => Check(target.Equals(m.ActorRef), $"Expected the end of {target}, got that of {m.ActorRef}.", hint), timeout, hint, cancellationToken);

    public void ExpectNoMsg(CancellationToken cancellationToken = default) => Wait(ExpectNoMsgAsync(cancellationToken).AsTask());
    public void ExpectNoMsg(TimeSpan duration, CancellationToken cancellationToken = default) => Wait(ExpectNoMsgAsync(duration, cancellationToken).AsTask());
    public void ExpectNoMsg(int milliseconds, CancellationToken cancellationToken = default) => ExpectNoMsg(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    public ValueTask ExpectNoMsgAsync(CancellationToken cancellationToken = default) => ExpectNothingAsync(RemainingOrDefault, cancellationToken);
    public ValueTask ExpectNoMsgAsync(TimeSpan duration, CancellationToken cancellationToken = default) => ExpectNothingAsync(Dilated(duration), cancellationToken);
    public ValueTask ExpectNoMsgAsync(int milliseconds, CancellationToken cancellationToken = default) => ExpectNoMsgAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);

    private async ValueTask<T> ExpectAsync<T>(Action<T, IActorRef> check, TimeSpan? timeout, string? hint, CancellationToken cancellationToken)
    {
        var limit = RemainingOrDilated(timeout);
        var (success, envelope) = await TryReceiveOneAsync(limit, cancellationToken);
        Check(success, $"Timeout {limit} while waiting for a message of type {typeof(T)}", hint);
        if (envelope.Message is not T message)
            throw Failure($"Expected a message of type {typeof(T)}, but received {{{envelope.Message}}} (type {envelope.Message.GetType()}) instead from {envelope.Sender}", hint);
        check(message, envelope.Sender);
        return message;
    }

    private async ValueTask ExpectNothingAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var (success, envelope) = await TryReceiveOneAsync(duration, cancellationToken);
        Check(!success, $"Expected no messages during the duration, instead we received {envelope.Message} from {envelope.Sender}", null);
        _lastWasNoMsg = true;
    }

    private static void Check(bool condition, string complaint, string? hint)
    {
        if (!condition)
            throw Failure(complaint, hint);
    }

    private static bool Same<T>(T expected, T actual)
    {
        try
        {
            Xunit.Assert.Equal(expected, actual); // element by element for collections
            return true;
        }
        catch (Xunit.Sdk.XunitException)
        {
            return false;
        }
    }
}
