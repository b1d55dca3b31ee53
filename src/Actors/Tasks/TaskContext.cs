using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>What the model is shown and told for a task: one request, made of its settings, its prompt and a turn.</summary>
public static class TaskContext
{
    // What a task actor gives costs money with every request; the newest stands at the end and is kept.
    private const int MaxGiven = 32 * 1024;

    /// <summary>The question of a task about a turn; <paramref name="given"/> are words for the model beside what it sees, or null.</summary>
    public static OutOfBandRequest Request(TaskSettings settings, Prompt prompt, TurnRecord turn, string? given) =>
        new(settings.Name, new TurnNumber(turn.Turn), turn.ItemId, prompt.Text)
        {
            Context = settings.Context,
            Given = given is null || given.Length <= MaxGiven ? given : given[^MaxGiven..],
            Result = settings.Result,
            Priority = settings.Priority,
            Timeout = settings.Timeout,
            Retries = settings.Retries,
            LimitUsd = settings.LimitUsd,
            PromptHash = prompt.Hash,
        };
}
