using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Replay;

/// <summary>
/// Stands in for every program, web service and actor that results are delivered to: nothing leaves a replay. A function of the agent
/// returns what it returned in the recording, at the same time; any other delivery succeeds at once.
/// </summary>
/// <param name="called">The recorded calls of functions.</param>
/// <param name="returnedAt">When their outputs were sent to the model, since the recording began, by the id of the call.</param>
/// <param name="time">The clock.</param>
/// <param name="origin">The time on it at which the recording begins.</param>
internal sealed class ReplayAction(
    IReadOnlyList<ToolCalled> called, IReadOnlyDictionary<string, TimeSpan> returnedAt, VirtualTime time, TimeSpan origin)
{
    private readonly Dictionary<string, ToolCalled> _called =
        called.DistinctBy(call => call.Id).ToDictionary(call => call.Id, StringComparer.Ordinal);

    /// <summary>The action for deliveries of results.</summary>
    public IAction ForResults => new Results();

    /// <summary>The action for functions of the agent.</summary>
    public IAction ForTools => new Tools(this);

    private Task<string> ReturnAsync(string id, CancellationToken cancellation)
    {
        if (_called.GetValueOrDefault(id) is not { } call)
            throw new ActionException("this call is not in the recording", permanent: true);
        var returning = new TaskCompletionSource<string>(); // its continuations run at once
        cancellation.Register(() => returning.TrySetCanceled(cancellation));
        time.At(origin + returnedAt.GetValueOrDefault(call.CallId), () =>
        {
            if (call is { Status: ResultStatus.Completed, Output: { } output }) returning.TrySetResult(output);
            else returning.TrySetException(new ActionException(call.Error ?? "failed", permanent: true));
        });
        return returning.Task;
    }

    private sealed class Tools(ReplayAction replay) : IAction
    {
        public Task<string> RunAsync(string id, string json, CancellationToken cancellation) => replay.ReturnAsync(id, cancellation);
    }

    private sealed class Results : IAction
    {
        public Task<string> RunAsync(string id, string json, CancellationToken cancellation) => Task.FromResult("");
    }
}
