namespace Akka.TestKit;

/// <summary>All of this must happen within that time; expectations inside wait no longer than what is left of it.</summary>
public abstract partial class TestKitBase
{
    public void Within(TimeSpan max, Action action, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, action, null, epsilonValue, cancellationToken);

    public void Within(TimeSpan min, TimeSpan max, Action action, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(min, max, () =>
        {
            action();
            return true;
        }, hint, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan max, Func<T> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Within(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public T Within<T>(TimeSpan min, TimeSpan max, Func<T> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        Wait(WithinAsync(min, max, () => Task.FromResult(function()), hint, epsilonValue, cancellationToken));

    public Task WithinAsync(TimeSpan max, Func<Task> actionAsync, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, actionAsync, null, epsilonValue, cancellationToken);

    public Task WithinAsync(TimeSpan min, TimeSpan max, Func<Task> actionAsync, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(min, max, async () =>
        {
            await actionAsync();
            return true;
        }, hint, epsilonValue, cancellationToken);

    public Task<T> WithinAsync<T>(TimeSpan max, Func<Task<T>> function, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default) =>
        WithinAsync(TimeSpan.Zero, max, function, null, epsilonValue, cancellationToken);

    public async Task<T> WithinAsync<T>(TimeSpan min, TimeSpan max, Func<Task<T>> function, string? hint = null, TimeSpan? epsilonValue = null, CancellationToken cancellationToken = default)
    {
        var start = Now;
        var outer = _end;
        var limit = outer is { } end ? Min(Dilated(max), end - start) : Dilated(max);
        Check(limit >= min, $"Required min time {min} not possible, only {limit} left.", hint);
        _lastWasNoMsg = false;
        _end = start + limit;
        T result;
        try
        {
            result = await function().WaitAsync(limit + TimeSpan.FromMilliseconds(200), cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failure($"Failed: Block took {Now - start}, exceeding {limit}.", hint);
        }
        finally
        {
            _end = outer;
        }
        var elapsed = Now - start;
        Check(elapsed >= min, $"Failed: Block took {elapsed}, should have at least been {min}.", hint);
        Check(_lastWasNoMsg || elapsed <= limit + (epsilonValue ?? TimeSpan.Zero), $"Failed: Block took {elapsed}, exceeding {limit}.", hint);
        return result;
    }
}
