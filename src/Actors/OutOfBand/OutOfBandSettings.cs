using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>
/// The out-of-band station. <c>AnswerWithin</c>: time to <c>response.created</c>, after which the request is repeated; <c>Timeout</c>:
/// time to the result, all attempts included; <c>Queue</c>: maximum requests waiting. Transcripts and tasks have separate places, at
/// the server and in the queue: no task can delay a transcript.
/// </summary>
public sealed record OutOfBandSettings(
    ContextScope Context, int MaxInFlight, int Queue, int Retries, TimeSpan AnswerWithin, TimeSpan Timeout, TimeSpan LateWithin)
{
    /// <summary>Maximum requests of tasks at the server at once.</summary>
    public int TasksInFlight { get; init; } = 2;

    /// <summary>Maximum conversation items remembered so that a request can name them; beyond it the oldest are forgotten.</summary>
    public int Items { get; init; } = 256;

    /// <summary>Maximum tokens of one result; null: the server's limit.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The model reasons, or may: no limit of tokens is derived from the length of the audio.</summary>
    public bool IsReasoning { get; init; }

    /// <summary>How long a reasoning model thinks about a result; null: the session's setting.</summary>
    public Reasoning? Reasoning { get; init; }
}
