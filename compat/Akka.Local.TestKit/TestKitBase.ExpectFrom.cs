using Akka.Actor;

namespace Akka.TestKit;

/// <summary>The next message must be this, and from that sender.</summary>
public abstract partial class TestKitBase
{
    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgFromAsync<T>(sender, duration, hint, cancellationToken));
    public T ExpectMsgFrom<T>(IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgFromAsync(sender, message, timeout, hint, cancellationToken));
    public T ExpectMsgFrom<T>(IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgFromAsync(sender, isMessage, timeout, hint, cancellationToken));
    public T ExpectMsgFrom<T>(Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgFromAsync(isSender, isMessage, timeout, hint, cancellationToken));
    public T ExpectMsgFrom<T>(IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgFromAsync(sender, assertMessage, timeout, hint, cancellationToken));
    public T ExpectMsgFrom<T>(Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) => Wait(ExpectMsgFromAsync(assertSender, assertMessage, timeout, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, TimeSpan? duration = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((_, s) => CheckSender(sender, s, hint), duration, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, T message, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync<T>(sender, m => Check(Same(message, m), $"Expected {message}, got {m}.", hint), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync<T>(sender, m => Check(isMessage(m), $"The predicate did not accept {m}.", hint), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync<T>(s => Check(isSender(s), $"The predicate did not accept the sender {s}.", hint), m => Check(isMessage(m), $"The predicate did not accept {m}.", hint), timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectMsgFromAsync(s => CheckSender(sender, s, hint), assertMessage, timeout, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string? hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>((m, s) =>
        {
            assertSender(s);
            assertMessage(m);
        }, timeout, hint, cancellationToken);

    private static void CheckSender(IActorRef expected, IActorRef actual, string? hint) =>
        Check(expected.Equals(actual), $"Sender does not match. Expected {expected}, got {actual}.", hint);
}
