using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>One task as configured under <c>realtime.tasks.NAME</c>.</summary>
/// <param name="Name">Used in the request's metadata, in the records and in the costs.</param>
/// <param name="Prompt">The instructions for the model.</param>
/// <param name="Trigger">When the task runs.</param>
/// <param name="Context">How much of the conversation the model sees.</param>
/// <param name="Result">The schema of the answer; null: plain text.</param>
/// <param name="Timeout">Until the result, all attempts together.</param>
/// <param name="Retries">How often a failed request is repeated.</param>
public sealed record TaskSettings(
    string Name, IPromptSource Prompt, TaskTrigger Trigger, ContextScope Context, JsonSchema? Result, TimeSpan Timeout, int Retries)
{
    /// <summary>Among waiting tasks, the smaller number goes first.</summary>
    public int Priority { get; init; }

    /// <summary>Limit for this task in one session, in US dollars; null: the session's limit.</summary>
    public decimal? LimitUsd { get; init; }

    /// <summary>The task's own settings, by name.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Where its results are delivered besides the records; null: nowhere.</summary>
    public ActionSettings? Action { get; init; }

    /// <summary>The actor that runs it; its constructor takes these settings.</summary>
    public Type Actor { get; init; } = typeof(PromptActor);
}

/// <summary>
/// The tasks station. <c>Finish</c>: how long an ending session waits for open tasks. <c>Ahead</c>: turns that may wait for a
/// slow task.
/// </summary>
public sealed record TasksSettings(IReadOnlyList<TaskSettings> Tasks, TimeSpan Finish)
{
    /// <summary>Turns that may wait for a slow task; further turns are not sent to it.</summary>
    public int Ahead { get; init; } = 64;

    /// <summary>No tasks.</summary>
    public static TasksSettings None { get; } = new([], TimeSpan.Zero);
}
