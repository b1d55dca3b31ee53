namespace RealtimeAkka.Actors.Actions;

/// <summary>Performs an action outside the session on a result: runs a program, calls a web service.</summary>
public interface IAction
{
    /// <summary>
    /// Performs the action; completes with its output, which is bounded in length. A repeated id means the same delivery. Throws
    /// <see cref="ActionException"/> if the action was not done.
    /// </summary>
    Task<string> RunAsync(string id, string json, CancellationToken cancellation);
}

/// <summary>An action was not done; <c>Permanent</c>: a retry cannot succeed.</summary>
public sealed class ActionException(string message, bool permanent, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>A retry cannot succeed.</summary>
    public bool Permanent { get; } = permanent;
}
