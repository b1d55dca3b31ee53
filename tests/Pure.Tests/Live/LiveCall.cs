using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Hosting.Live;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Live;

/// <summary>A call as the live view sees it.</summary>
internal static class LiveCall
{
    public static readonly TimeSpan Now = TimeSpan.FromSeconds(42);

    public static LiveView Begun => new LiveView(TimeSpan.Zero) { Input = "a sample call" }.With(
        new SessionStarted(
            "s-1", "ws://x", "gpt-realtime-2.1", "gpt-transcribe", "full", "Akka.NET", "mic", DateTimeOffset.UnixEpoch), Now);

    /// <summary>Two turns, of which the second is in conflict and is being answered.</summary>
    public static LiveView InTheMiddle => Begun
        .With(Turn(1, "Hello.", "Hello", Verdict.Agreed), Now)
        .With(Answer(1, "Hello, and thank you for calling."), Now)
        .With(Turn(2, "My name is Wren Calloway.", "My name is Ren Calloway.", Verdict.Conflict, flags: ["asr_phantom"]), Now)
        .With(new Notice(NoticeLevel.Warning, "server_error", "The server reports rate_limit: wait."), Now)
        .WithWords(new ResponseId("r2"), "Thank you, Wren. What is your date of birth?")
        .WithLevel(0.1, Now)
        .WithCosts(Totals(0.040974m, 0.002114m)) with { Budget = new Budget(1m) };

    public static LedgerMessages.Totals Totals(decimal oob, decimal asr) => LedgerMessages.Totals.None with
    {
        Transcription = oob, Asr = asr, Conversation = 0.05m, Total = oob + asr + 0.05m,
    };

    public static TurnJoined Turn(int number, string? oob, string? asr, Verdict? verdict = null, string[]? flags = null) => new(
        "s-1", number, new ItemId($"i{number}"), "vad", null, null,
        new OutOfBandTranscript(oob is null ? ResultStatus.TimedOut : ResultStatus.Completed, oob, null, "full", 1, 412, null, null, null),
        asr is null ? new AsrTranscript(ResultStatus.Failed, null, "m", 305, null, null, "bad")
            : new AsrTranscript(ResultStatus.Completed, asr, "m", 305, null, null, null),
        null, flags ?? []) { Verdict = verdict, EndedMs = number * 1000 };

    public static AssistantReplied Answer(int? turn, string text, string status = "completed") =>
        new("s-1", new ResponseId($"r{turn}"), turn, null, status, text, 1000, null, null, null) { StartedMs = turn * 1000 + 640 };

    /// <summary>A line of the frame as it is seen.</summary>
    public static string Seen(Frame frame, int line)
    {
        var seen = "";
        foreach (var piece in frame[line])
        {
            seen += new string(' ', Math.Max(0, piece.Column - ScreenText.Width(seen)));
            seen += string.Concat(piece.Text.Select(span => span.Text));
        }
        return seen.TrimEnd();
    }

    public static string Seen(LiveView view, int width, int height)
    {
        var frame = LiveLayout.Draw(view, width, height, Now);
        return string.Join('\n', Enumerable.Range(0, frame.Height).Select(line => Seen(frame, line)));
    }
}
