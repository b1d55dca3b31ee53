using System.Collections;
using System.Runtime.CompilerServices;
using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Taking messages out of the queue, expected or not.</summary>
public abstract partial class TestKitBase
{
    public object? ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) => Wait(ReceiveOneAsync(max, cancellationToken));

    public async ValueTask<object?> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        (await TryReceiveOneAsync(max, cancellationToken)) is (true, var envelope) ? envelope.Message : null;

    public bool TryReceiveOne(out MessageEnvelope envelope, TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        (var success, envelope) = Wait(TryReceiveOneAsync(max, cancellationToken));
        return success;
    }

    public async ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(TimeSpan? max, CancellationToken cancellationToken = default)
    {
        var success = await WaitForMessageAsync(GetTimeoutOrDefault(max), cancellationToken);
        _last = success && _queue.Reader.TryRead(out var taken) ? taken : _nothing;
        _lastWasNoMsg = false;
        return (success, _last);
    }

    public object? PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) => Wait(PeekOneAsync(max, cancellationToken));

    public async ValueTask<object?> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        if (!await WaitForMessageAsync(GetTimeoutOrDefault(max), cancellationToken) || !_queue.Reader.TryPeek(out var envelope))
            return null;
        _last = envelope;
        return envelope.Message;
    }

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Collect(ReceiveNAsync(numberOfMessages, cancellationToken));

    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        Collect(ReceiveNAsync(numberOfMessages, max, cancellationToken));

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, CancellationToken cancellationToken = default) =>
        ReceiveManyAsync(numberOfMessages, RemainingOrDefault, cancellationToken);

    public IAsyncEnumerable<object> ReceiveNAsync(int numberOfMessages, TimeSpan max, CancellationToken cancellationToken = default) =>
        ReceiveManyAsync(numberOfMessages, Dilated(max), cancellationToken);

    public object FishForMessage(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessage<object>(isMessage, max, hint, cancellationToken);

    public T FishForMessage<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Wait(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    public T FishForMessage<T>(Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        Wait(FishForMessageAsync(isMessage, allMessages, max, hint, cancellationToken));

    public ValueTask<object> FishForMessageAsync(Predicate<object> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync<object>(isMessage, null, max, hint, cancellationToken);

    public ValueTask<T> FishForMessageAsync<T>(Predicate<T> isMessage, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default) =>
        FishForMessageAsync(isMessage, null, max, hint, cancellationToken);

    /// <summary>Throws back everything until the right one bites.</summary>
    public async ValueTask<T> FishForMessageAsync<T>(Predicate<T> isMessage, ArrayList? allMessages, TimeSpan? max = null, string hint = "", CancellationToken cancellationToken = default)
    {
        var limit = RemainingOrDilated(max);
        var end = Now + limit;
        allMessages?.Clear();
        while (await ReceiveOneAsync(Max(end - Now, TimeSpan.Zero), cancellationToken) is { } message)
        {
            if (message is T t && isMessage(t))
                return t;
            allMessages?.Add(message);
        }
        throw Failure($"Timeout ({limit}) during fishForMessage", hint);
    }

    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) where T : class =>
        Collect(ReceiveWhileAsync(filter, max, null, msgs, cancellationToken));

    public IReadOnlyList<T> ReceiveWhile<T>(TimeSpan? max, TimeSpan? idle, Func<object, T?> filter, int msgs = int.MaxValue, CancellationToken cancellationToken = default) where T : class =>
        Collect(ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken));

    public IReadOnlyList<T> ReceiveWhile<T>(Func<object, T?> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, CancellationToken cancellationToken = default) where T : class =>
        Collect(ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken));

    /// <summary>Takes messages until the filter gives null; that message stays in the queue.</summary>
    public async IAsyncEnumerable<T> ReceiveWhileAsync<T>(Func<object, T?> filter, TimeSpan? max = null, TimeSpan? idle = null, int msgs = int.MaxValue, [EnumeratorCancellation] CancellationToken cancellationToken = default) where T : class
    {
        var stop = Now + RemainingOrDilated(max);
        for (var count = 0; count < msgs; count++)
        {
            var wait = idle is { } pause && pause >= TimeSpan.Zero ? Min(stop - Now, pause) : stop - Now;
            if (await PeekOneAsync(Max(wait, TimeSpan.Zero), cancellationToken) is not { } message || filter(message) is not { } result)
                break;
            await TryReceiveOneAsync(TimeSpan.Zero, cancellationToken);
            yield return result;
        }
        _lastWasNoMsg = true;
    }

    private async IAsyncEnumerable<object> ReceiveManyAsync(int number, TimeSpan max, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stop = Now + max;
        for (var i = 0; i < number; i++)
            yield return await ReceiveOneAsync(Max(stop - Now, TimeSpan.Zero), cancellationToken)
                         ?? throw Failure($"Timeout ({max}) while expecting {number} messages. Only got {i} after {max}.");
    }

    private async ValueTask<bool> WaitForMessageAsync(TimeSpan max, CancellationToken cancellationToken)
    {
        if (_queue.Reader.TryPeek(out _))
            return true;
        if (max == TimeSpan.Zero)
            return false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(max);
        try
        {
            return await _queue.Reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static List<T> Collect<T>(IAsyncEnumerable<T> items)
    {
        return Wait(Task.Run(All));

        async Task<List<T>> All()
        {
            var list = new List<T>();
            await foreach (var item in items)
                list.Add(item);
            return list;
        }
    }
}
