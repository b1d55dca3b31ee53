using System.Text.Json;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by TasksActor and its task actors: out-of-band work on turns, which arrive as <see cref="TurnFacts.Published"/>.</summary>
public static class TaskMessages
{
    /// <summary>A task has handled one <see cref="TurnFacts.Published"/>; more may be sent.</summary>
    public sealed record Handled;

    /// <summary>Run this task now, about the newest turn, whatever its trigger says.</summary>
    public sealed record Demand(string Task);

    /// <summary>A task makes this request; <see cref="OutOfBandFacts.Answered"/> goes to the task.</summary>
    public sealed record Ask(OutOfBandRequest Request);

    /// <summary>A result of a task, for the sinks and for its delivery.</summary>
    public sealed record Completed(TaskResult Result);

    /// <summary>A task has a notice for a person.</summary>
    public sealed record NoticeRaised(Notice Notice);

    /// <summary>No more turns: do what is due at the end, answer <see cref="Finished"/> when nothing is open.</summary>
    public sealed record Finish;

    /// <summary>Nothing is open any more.</summary>
    public sealed record Finished;
}

/// <summary>The result of a task: the model's answer, as checked by the task actor.</summary>
/// <param name="Answer">The terminal result of the request.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Value">The structured result; null for plain text and for results that did not complete.</param>
/// <param name="Error">Why it did not complete.</param>
public sealed record TaskResult(OutOfBandResult Answer, ResultStatus Status, JsonElement? Value, string? Error)
{
    /// <summary>The result as the model answered.</summary>
    public static TaskResult Of(OutOfBandResult answer) => new(answer, answer.Status, answer.Value, answer.Error);

    /// <summary>The result, rejected as failed.</summary>
    public TaskResult Fail(string reason) => this with { Status = ResultStatus.Failed, Value = null, Error = reason };
}
