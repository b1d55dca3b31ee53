using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Stations;

/// <summary>
/// The lines that tell a turn's way through the stations, from which <c>logs --turn</c> computes where the time went. Each names the turn,
/// or the item or response by which it is found.
/// </summary>
public static class TurnLog
{
    /// <summary>In place of the id of a response that there is none of.</summary>
    public const string NoResponse = "-";

    /// <summary>The server hears the caller speak.</summary>
    public static LogLine SpeechBegan(ItemId item) => LogLine.Debug("Speech begins in {Item}", item);

    /// <summary>The server has heard the caller stop, after the silence that it waits for.</summary>
    public static LogLine SpeechEnded(ItemId item) => LogLine.Debug("Speech ends in {Item}", item);

    /// <summary>What was spoken is a turn.</summary>
    public static LogLine Committed(TurnNumber turn, ItemId item) => LogLine.Debug("Turn {Turn} is committed as {Item}", turn.Value, item);

    /// <summary>The built-in transcript arrived, or failed.</summary>
    public static LogLine AsrArrived(ItemId item, ResultStatus status) => LogLine.Debug("ASR of {Item} is {AsrStatus}", item, status);

    /// <summary>An out-of-band request goes to the connection.</summary>
    public static LogLine Requested(int turn, string task, EventId request) =>
        LogLine.Debug("Turn {Turn}: {Task} is requested by {Event}", turn, task, request);

    /// <summary>The server has begun a response to an out-of-band request.</summary>
    public static LogLine Begun(int turn, string task, ResponseId response) =>
        LogLine.Debug("Turn {Turn}: {Task} is begun as {Response}", turn, task, response);

    /// <summary>An out-of-band request is over.</summary>
    public static LogLine Ended(TurnNumber turn, string task, ResultStatus status, ResponseId? response, long milliseconds) =>
        LogLine.Debug("Turn {Turn}: {Task} is {Status} after {Milliseconds} ms, {Response}",
        turn.Value, task, status, milliseconds, response?.Value ?? NoResponse);

    /// <summary>Both transcripts of a turn are there.</summary>
    public static LogLine Joined(int turn, ItemId item, ResultStatus oob, ResultStatus asr) =>
        LogLine.Info("Turn {Turn} is joined for {Item}: {Status}, ASR {AsrStatus}", turn, item, oob, asr);

    /// <summary>An answer is asked for, since the server does not begin one by itself.</summary>
    public static LogLine AnswerRequested(int turn) => LogLine.Debug("An answer to turn {Turn} is requested", turn);

    /// <summary>The server has begun an answer.</summary>
    public static LogLine AnswerBegan(ResponseId response, int turn) =>
        LogLine.Debug("Answer {Response} to turn {Turn} begins", response, turn);

    /// <summary>The first sound of an answer arrived.</summary>
    public static LogLine AnswerSounds(ResponseId response) => LogLine.Debug("Answer {Response} has its first sound", response);

    /// <summary>The server has sent all of an answer.</summary>
    public static LogLine AnswerGenerated(ResponseId response, string status) =>
        LogLine.Debug("Answer {Response} is generated: {Status}", response, status);

    /// <summary>The caller interrupts an answer.</summary>
    public static LogLine AnswerInterrupted(ResponseId response) => LogLine.Debug("Answer {Response} is interrupted", response);

    /// <summary>The loudspeaker has played what is heard of an answer.</summary>
    public static LogLine Played(ResponseId response, TimeSpan heard) =>
        LogLine.Debug("Playback of {Response} ends, {Milliseconds} ms heard", response, (long)heard.TotalMilliseconds);

    /// <summary>An answer is over and recorded.</summary>
    public static LogLine Answered(ResponseId response, int turn, string status, long milliseconds) =>
        LogLine.Info("Answer {Response} to turn {Turn} is {Status}, {Milliseconds} ms heard", response, turn, status, milliseconds);

    /// <summary>The usage of a response is charged, in US dollars.</summary>
    public static LogLine ResponseCharged(ResponseId response, decimal usd) =>
        LogLine.Debug("Response {Response} costs {Cost} USD", response, usd);

    /// <summary>The usage of a built-in transcript is charged, in US dollars.</summary>
    public static LogLine AsrCharged(ItemId item, decimal usd) => LogLine.Debug("ASR of {Item} costs {Cost} USD", item, usd);
}
