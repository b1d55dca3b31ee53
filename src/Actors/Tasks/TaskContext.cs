using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>Builds the request of a task from its settings, its prompt and a turn.</summary>
public static class TaskContext
{
    // Characters of a task's own text, which is billed with every request; the end, which is newest, is kept.
    private const int MaxGiven = 32 * 1024;

    /// <summary>The request of a task about a turn; <paramref name="given"/> is text for the model beside the context, or null.</summary>
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
