using System.Text.Json;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Protocol.Messages;

/// <summary>Owned by TasksActor and the task actors below it: what is done with the turns beside the conversation. The turns come as <see cref="TurnFacts.Told"/>.</summary>
public static class TaskMessages
{
    /// <summary>A task has handled one <see cref="TurnFacts.Told"/>; more may be told.</summary>
    public sealed record Handled;

    /// <summary>Do this task now, about the newest turn, whatever its trigger says.</summary>
    public sealed record Demand(string Task);

    /// <summary>A task wants to ask this; <see cref="OutOfBandFacts.Answered"/> goes to it.</summary>
    public sealed record Ask(OutOfBandRequest Request);

    /// <summary>A task has come to this, for the sinks and for whoever it is delivered to.</summary>
    public sealed record Completed(TaskResult Result);

    /// <summary>A task has something to tell a person.</summary>
    public sealed record Noticed(Notice Notice);

    /// <summary>No more turns: do what is to be done at the end, answer <see cref="Finished"/> when nothing is open.</summary>
    public sealed record Finish;

    /// <summary>Nothing is open any more.</summary>
    public sealed record Finished;
}

/// <summary>What a task came to: the model's answer, as the task actor judges it.</summary>
/// <param name="Answer">What came from the model, in a terminal state.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Value">The structured result; null for words and for what is not completed.</param>
/// <param name="Error">Why it is not completed.</param>
public sealed record TaskResult(OutOfBandResult Answer, ResultStatus Status, JsonElement? Value, string? Error)
{
    /// <summary>As the model answered it.</summary>
    public static TaskResult Of(OutOfBandResult answer) => new(answer, answer.Status, answer.Value, answer.Error);

    /// <summary>The same, found wrong.</summary>
    public TaskResult Fail(string reason) => this with { Status = ResultStatus.Failed, Value = null, Error = reason };
}
