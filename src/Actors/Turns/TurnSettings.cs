using RealtimeAkka.Actors.Prompts;

namespace RealtimeAkka.Actors.Turns;

/// <summary>
/// The turns station. <c>AsrTimeout</c> counts from <c>committed</c>; <c>Settle</c>: time without events after which a drain takes
/// everything as received; <c>ManualAnswers</c>: this client requests each response, since the server detects no turns.
/// </summary>
public sealed record TurnSettings(
    string? AsrModel, TimeSpan AsrTimeout, bool Transcribe, Prompt TranscriptionPrompt, TimeSpan Settle, TimeSpan Drain, bool ManualAnswers)
{
    /// <summary>From a request for an answer to its response, and between two events of a response.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where the transcription prompt is edited; null: it is fixed.</summary>
    public IPromptSource? PromptSource { get; init; }

    /// <summary>What is done about a transcript that looks made up.</summary>
    public SuspectPolicy OnSuspect { get; init; } = SuspectPolicy.Flag;
}
