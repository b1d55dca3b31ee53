using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol;

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

    /// <summary>Speech interrupts an answer only when the connection says that it is long enough.</summary>
    public bool AwaitsSpoken { get; init; }

    /// <summary>Where the transcription prompt is edited; null: it is fixed.</summary>
    public IPromptSource? PromptSource { get; init; }

    /// <summary>A transcript that grows faster than this per second of audio, beyond the first 400 characters, is cancelled.</summary>
    public double MaxCharactersPerSecond { get; init; } = 60;

    /// <summary>
    /// The caller's turns before this session, oldest first, in its format: each connection begins with them. They are not transcribed.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Earlier { get; init; } = [];

    /// <summary>What was said is written to the log, too.</summary>
    public bool LogsWords { get; init; }

    /// <summary>How keys of a telephone are collected.</summary>
    public KeySettings Keys { get; init; } = KeySettings.Default;

    /// <summary>A recording that the session begins with, in each format; empty: none.</summary>
    public IReadOnlyDictionary<SoundFormat, ReadOnlyMemory<byte>> Recordings { get; init; } =
        new Dictionary<SoundFormat, ReadOnlyMemory<byte>>();

    /// <summary>How a call ends that the program ends.</summary>
    public FarewellSettings Farewell { get; init; } = FarewellSettings.None;

    /// <summary>How the two transcripts of a turn are judged.</summary>
    public HearingSettings Hearing { get; init; } = HearingSettings.Default;
}
