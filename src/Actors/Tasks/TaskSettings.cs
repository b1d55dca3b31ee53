using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>One task as it is configured under <c>realtime.tasks.NAME</c>.</summary>
/// <param name="Name">Stands in the request's metadata, in the records and on the bill.</param>
/// <param name="Prompt">What the model shall do.</param>
/// <param name="Trigger">When.</param>
/// <param name="Context">What it sees of the conversation.</param>
/// <param name="Result">What the answer has to look like; null: words.</param>
/// <param name="Timeout">Until the result, all attempts together.</param>
/// <param name="Retries">How often a failed request is made again.</param>
public sealed record TaskSettings(string Name, IPromptSource Prompt, TaskTrigger Trigger, ContextScope Context, JsonSchema? Result, TimeSpan Timeout, int Retries)
{
    /// <summary>Among tasks that wait, the smaller number goes first.</summary>
    public int Priority { get; init; }

    /// <summary>What this task may cost in one session, in US dollars; null: as much as the session.</summary>
    public decimal? LimitUsd { get; init; }

    /// <summary>The task's own settings, by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Where its results go besides the records; null: nowhere.</summary>
    public ActionSettings? Action { get; init; }

    /// <summary>The actor that does it; its constructor takes these settings.</summary>
    public Type Actor { get; init; } = typeof(PromptActor);
}

/// <summary>
/// The tasks station. <c>Finish</c>: how long a session that ends waits for what is open. <c>Ahead</c>: turns that may wait for a
/// task that does not keep up.
/// </summary>
public sealed record TasksSettings(IReadOnlyList<TaskSettings> Tasks, TimeSpan Finish)
{
    /// <summary>Turns that may wait for a task that does not keep up; more are not told to it.</summary>
    public int Ahead { get; init; } = 64;

    /// <summary>No tasks at all.</summary>
    public static TasksSettings None { get; } = new([], TimeSpan.Zero);
}
