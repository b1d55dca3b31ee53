using System.Collections.Immutable;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Live;

/// <summary>The connection to the model's server.</summary>
public enum LiveConnection
{
    /// <summary>The first one is being made.</summary>
    Connecting,
    /// <summary>There is one.</summary>
    Open,
    /// <summary>It is lost, and another is being made.</summary>
    Lost,
}

/// <summary>
/// One call as a person watches it: an immutable value made of its records, of what the stations show besides, and of the keys. All of it
/// is safe to be drawn, and bounded. Times are those of the argument.
/// </summary>
/// <param name="StartedAt">When it began to be shown.</param>
public sealed record LiveView(TimeSpan StartedAt)
{
    // More than any screen shows.
    private const int MaxTurns = 100, MaxNotices = 50, MaxWords = 2_000;

    /// <summary>Where the caller's voice comes from; the name of the microphone once it is known.</summary>
    public string Input { get; init; } = "";

    /// <summary>The spending limits; null: none is known.</summary>
    public Budget? Budget { get; init; }

    /// <summary>Enter ends a turn.</summary>
    public bool IsPushToTalk { get; init; }

    /// <summary>Keys are read.</summary>
    public bool HasKeys { get; init; } = true;

    /// <summary>The models; null until the session is open.</summary>
    public string? Models { get; private init; }

    /// <summary>The connection.</summary>
    public LiveConnection Connection { get; private init; }

    /// <summary>How often it was made anew.</summary>
    public int Reconnects { get; private init; }

    /// <summary>The loudness of the caller's last frame, 0 to 1, and when it was sent.</summary>
    public (double Level, TimeSpan At) Loudness { get; private init; }

    /// <summary>Why the microphone is muted.</summary>
    public MuteReasons Muted { get; private init; }

    /// <summary>The server hears the caller speak.</summary>
    public bool IsCallerSpeaking { get; private init; }

    /// <summary>The answer that is being made or heard, and its words so far; null: there is none.</summary>
    public (ResponseId Response, string Words)? Saying { get; private init; }

    /// <summary>The last turns and answers, in order.</summary>
    public ImmutableList<LiveTurn> Turns { get; private init; } = [];

    /// <summary>Turns so far.</summary>
    public int TurnCount { get; private init; }

    /// <summary>The costs.</summary>
    public LedgerMessages.Totals Costs { get; private init; } = LedgerMessages.Totals.None;

    /// <summary>The last notices.</summary>
    public ImmutableList<LiveNotice> Notices { get; private init; } = [];

    /// <summary>The session is asked to end.</summary>
    public bool IsEnding { get; init; }

    /// <summary>The keys are explained.</summary>
    public bool ShowsHelp { get; init; }

    /// <summary>The end of the session; null until then.</summary>
    public SessionSummary? Summary { get; private init; }

    /// <summary>After a record.</summary>
    public LiveView With(SessionRecord record, TimeSpan now) => record switch
    {
        SessionStarted s => this with
        {
            Connection = LiveConnection.Open,
            Models = ScreenText.Safe($"{s.ServerModel ?? s.Model} + {s.AsrModel ?? "no ASR"}", MaxWords),
        },
        Activity { Kind: var kind } => this with { IsCallerSpeaking = kind == ActivityKind.SpeechStarted },
        TurnRecord turn => With(turn),
        AssistantReplied answer => With(answer),
        HeardAgain heard => Change(heard.Turn, turn => turn.With(heard)),
        Notice notice => Noticed(notice).With(notice.Level, notice.Message, now),
        TaskCompleted { Status: not ResultStatus.Completed } task =>
            With(NoticeLevel.Warning, $"Task {task.Task}: {TextSink.Missing(task.Status, task.Error)}", now),
        ToolCalled tool => With(NoticeLevel.Info, $"Tool {tool.Tool}: {tool.Output ?? TextSink.Missing(tool.Status, tool.Error)}", now),
        SessionSummary summary => this with { Summary = summary },
        _ => this,
    };

    /// <summary>After a notice or a line of the log.</summary>
    public LiveView With(NoticeLevel level, string message, TimeSpan now)
    {
        var notices = Notices.Add(new LiveNotice(level, ScreenText.Safe(message, MaxWords), now));
        return this with { Notices = notices.Count > MaxNotices ? notices.RemoveAt(0) : notices };
    }

    /// <summary>After a frame of the caller's audio.</summary>
    public LiveView WithLevel(double level, TimeSpan now) => this with { Loudness = (level, now) };

    /// <summary>The microphone is muted for these reasons.</summary>
    public LiveView WithMute(MuteReasons reasons) => this with { Muted = reasons };

    /// <summary>Another microphone is used.</summary>
    public LiveView WithDevice(string name) => this with { Input = ScreenText.Safe(name, MaxWords) };

    /// <summary>After more words of an answer: the last of them are kept.</summary>
    public LiveView WithWords(ResponseId response, string words) => this with
    {
        Saying = (response, words.Length > MaxWords ? ScreenText.Ellipsis + ScreenText.Safe(words[^MaxWords..]) : ScreenText.Safe(words)),
    };

    /// <summary>The costs have changed.</summary>
    public LiveView WithCosts(LedgerMessages.Totals totals) => this with { Costs = totals };

    private LiveView Noticed(Notice notice) => notice.Code switch
    {
        "disconnected" => this with { Connection = LiveConnection.Lost, IsCallerSpeaking = false },
        "reconnected" => this with { Connection = LiveConnection.Open, Reconnects = Reconnects + 1 },
        _ => this,
    };

    private LiveView With(TurnRecord record)
    {
        var next = LiveTurn.Of(record);
        var at = Turns.FindLastIndex(turn => turn.Number == record.Turn);
        if (at >= 0) return this with { Turns = Turns.SetItem(at, next with { Answer = Turns[at].Answer, Later = Turns[at].Later }) };
        return Added(next) with { TurnCount = Math.Max(TurnCount, record.Turn) };
    }

    // An answer may be over before both transcripts of its turn are in.
    private LiveView With(AssistantReplied record)
    {
        var answer = LiveAnswer.Of(record);
        var next = Saying?.Response == record.ResponseId ? this with { Saying = null } : this;
        var at = record.Turn is { } number ? Turns.FindLastIndex(turn => turn.Number == number) : -1;
        return at >= 0 && Turns[at].Answer is null ? next with { Turns = Turns.SetItem(at, Turns[at] with { Answer = answer }) }
            : next.Added(new LiveTurn(at >= 0 ? null : record.Turn) { Answer = answer });
    }

    private LiveView Added(LiveTurn turn)
    {
        var turns = Turns.Add(turn);
        return this with { Turns = turns.Count > MaxTurns ? turns.RemoveAt(0) : turns };
    }

    private LiveView Change(int number, Func<LiveTurn, LiveTurn> change) =>
        Turns.FindLastIndex(turn => turn.Number == number) is >= 0 and var at
            ? this with { Turns = Turns.SetItem(at, change(Turns[at])) } : this;
}

/// <summary>A line for a person, and when it came.</summary>
public sealed record LiveNotice(NoticeLevel Level, string Text, TimeSpan At);

/// <summary>A turn of the caller and the answer to it.</summary>
/// <param name="Number">Its number; null: the assistant spoke by itself.</param>
public sealed record LiveTurn(int? Number)
{
    private const int MaxWords = 2_000;

    /// <summary>The model's transcript, or what stands for it.</summary>
    public ImmutableArray<Span> Oob { get; init; } = [];

    /// <summary>The built-in transcript, or what stands for it.</summary>
    public ImmutableArray<Span> Asr { get; init; } = [];

    /// <summary>Both transcripts are known.</summary>
    public bool IsJoined { get; init; }

    /// <summary>What they say together.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>What looks made up.</summary>
    public ImmutableArray<string> Suspicions { get; init; } = [];

    /// <summary>ms from the commit to the model's transcript.</summary>
    public long? OobMs { get; init; }

    /// <summary>ms from the commit to the built-in transcript.</summary>
    public long? AsrMs { get; init; }

    /// <summary>When the caller stopped, in ms since the session opened.</summary>
    public long? EndedMs { get; init; }

    /// <summary>Whom later words support; null: they decide nothing.</summary>
    public string? Later { get; init; }

    /// <summary>The answer; null: it is not over.</summary>
    public LiveAnswer? Answer { get; init; }

    /// <summary>ms from the caller's last word to the first sound of the answer; null: not known.</summary>
    public long? AnswerMs => Answer?.StartedMs - EndedMs is >= 0 and var ms ? ms : null;

    /// <summary>A published turn.</summary>
    public static LiveTurn Of(TurnRecord turn)
    {
        var (oob, asr) = (ScreenText.Safe(turn.Oob.Text, MaxWords), ScreenText.Safe(turn.Asr.Text, MaxWords));
        var (different, others) = oob.Length > 0 && asr.Length > 0 ? TerminalText.DifferentWords(oob, asr) : ([], []);
        return new LiveTurn(turn.Turn)
        {
            IsJoined = true,
            Oob = Words(oob, different, TextSink.Missing(turn.Oob.Status, turn.Oob.Error)),
            Asr = Words(asr, others, TextSink.Missing(turn.Asr.Status, turn.Asr.Error)),
            Verdict = turn.Verdict,
            Suspicions = [.. turn.Flags.Where(TranscriptSuspicion.IsSuspicion).Take(4).Select(flag => ScreenText.Safe(flag, MaxWords))],
            OobMs = turn.Oob.LatencyMs, AsrMs = turn.Asr.LatencyMs, EndedMs = turn.EndedMs,
        };
    }

    /// <summary>After later words.</summary>
    public LiveTurn With(HeardAgain heard) => this with
    {
        Later = heard.SupportedBy switch
        {
            Witness.Oob => "later words support the model",
            Witness.Asr => "later words support the ASR",
            _ => "later words support neither",
        },
    };

    private static ImmutableArray<Span> Words(string text, IReadOnlyList<Range> different, string? missing)
    {
        List<Span> spans = [];
        var at = 0;
        foreach (var place in different)
        {
            var (start, end) = (place.Start.Value, place.End.Value);
            if (start > at) spans.Add(new Span(text[at..start]));
            spans.Add(new Span(text[start..end], Tone.Different));
            at = end;
        }
        if (at < text.Length) spans.Add(new Span(text[at..]));
        if (missing is not null || text.Length == 0)
            spans.Add(new Span((text.Length > 0 ? " " : "") + ScreenText.Safe(missing ?? "<empty>", MaxWords), Tone.Dim));
        return [.. spans];
    }
}

/// <summary>An answer that is over.</summary>
/// <param name="Words">What was heard of it.</param>
/// <param name="Note">How it ended, unless it was heard to its end.</param>
/// <param name="StartedMs">When it began to be heard, in ms since the session opened; null: never, or not known.</param>
public sealed record LiveAnswer(string Words, string? Note, long? StartedMs)
{
    private const int MaxWords = 2_000;

    /// <summary>A published answer.</summary>
    public static LiveAnswer Of(AssistantReplied answer) => new(
        ScreenText.Safe(answer.Heard, MaxWords),
        answer.Status == "completed" ? null
            : ScreenText.Safe(answer.Error is { } error ? $"<{answer.Status}: {error}>" : $"<{answer.Status}>", MaxWords),
        answer.StartedMs);
}
