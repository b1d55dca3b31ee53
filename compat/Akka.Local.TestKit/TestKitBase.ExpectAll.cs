namespace Akka.TestKit;

/// <summary>The next messages must be these, in any order.</summary>
public abstract partial class TestKitBase
{
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf(RemainingOrDefault, messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        ExpectMsgAllOf(RemainingOrDefault, messages, cancellationToken);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) => ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default)
    {
        var received = ReceiveN(messages.Count, max, cancellationToken).ToList();
        var unexpected = new List<object>(received);
        var missing = messages.Where(m => !unexpected.Remove(unexpected.FirstOrDefault(r => r is T t && Same(m, t))!)).ToList();
        Check(missing.Count == 0 && unexpected.Count == 0, $"Not found: {string.Join(", ", missing)}. Unexpected: {string.Join(", ", unexpected)}", null);
        return received.Cast<T>().ToList();
    }

    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) => Wait(ExpectMsgAnyOfAsync(messages, cancellationToken));

    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        ExpectMsgAsync<T>(m => Check(messages.Any(e => Same(e, m)), $"Not found: {m}", null), cancellationToken: cancellationToken);

    public async IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var message in ExpectMsgAllOf(messages, cancellationToken))
            yield return message;
    }
}
