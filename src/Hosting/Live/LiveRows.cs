using System.Collections.Immutable;
using System.Globalization;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using Row = System.Collections.Immutable.ImmutableArray<RealtimeAkka.Hosting.Live.Span>;

namespace RealtimeAkka.Hosting.Live;

/// <summary>The rows of the live view, each for a number of cells.</summary>
public static class LiveRows
{
    private const string Blank = "  ";

    // A narrower screen names the keys that matter most.
    private const int KeysWidth = 36;

    // Softer than this is silence; a voice is between -40 and -10 dB.
    private const double MinDecibel = -60;

    // A frame is sent every 40 ms; without one for so long nothing is heard.
    private static readonly TimeSpan LevelFor = TimeSpan.FromMilliseconds(400);

    // The bars of latencies are this long at least, so that a fast call has short ones.
    private const long MinScaleMs = 1_000;

    /// <summary>The program, the models, the connection and the time.</summary>
    public static Row Header(LiveView view, int width, TimeSpan now)
    {
        var length = now - view.StartedAt;
        var time = length < TimeSpan.FromHours(1) ? $"{length:mm\\:ss}" : $"{(int)length.TotalHours}:{length:mm\\:ss}";
        var (state, tone) = view switch
        {
            { Summary: not null } => ("■ ended", Tone.Warning),
            { IsEnding: true } => ("■ ending", Tone.Warning),
            { Connection: LiveConnection.Open } => ("● connected", Tone.Good),
            { Connection: LiveConnection.Lost } => ("○ reconnecting", Tone.Bad),
            _ => ("○ connecting", Tone.Warning),
        };
        List<Span> right = [new(state, tone)];
        if (view.Reconnects > 0)
            right.Add(new(string.Create(CultureInfo.InvariantCulture, $"{Blank}{view.Reconnects} reconnected"), Tone.Dim));
        right.Add(new($"{Blank}{time} ", Tone.Strong));
        var room = width - ScreenText.Width(right) - 1;
        Row left = [new(" realtime-akka", Tone.Title), new($"{Blank}{view.Models}", Tone.Dim)];
        return room < 8 ? ScreenText.Fit(right, width) : [.. ScreenText.Fit(left, room), new(" "), .. right];
    }

    /// <summary>The microphone's name.</summary>
    public static string MicrophoneTitle(LiveView view) => view.Input.Length > 0 ? $"Microphone: {view.Input}" : "Microphone";

    /// <summary>The level of the microphone, one row.</summary>
    public static ImmutableArray<Row> Microphone(LiveView view, int width, TimeSpan now)
    {
        var level = now - view.Loudness.At <= LevelFor ? view.Loudness.Level : 0;
        var decibel = level > 0 ? Math.Max(MinDecibel, 20 * Math.Log10(level)) : MinDecibel;
        var label = decibel <= MinDecibel ? "  silent" : string.Create(CultureInfo.InvariantCulture, $"{decibel,5:0} dB");
        var tone = view.Muted != MuteReasons.None ? Tone.Dim : decibel > -6 ? Tone.Warning : Tone.Good;
        return [[.. Bar(1 - decibel / MinDecibel, width - label.Length, tone), new Span(label, Tone.Dim)]];
    }

    /// <summary>Whether the microphone is muted, and why; whether somebody speaks.</summary>
    public static Row MicrophoneState(LiveView view)
    {
        if (view.Muted.HasFlag(MuteReasons.Caller))
            return [new("muted by you", Tone.Bad), new(view.HasKeys ? ": m unmutes" : "", Tone.Dim)];
        if (view.Muted.HasFlag(MuteReasons.Assistant)) return [new("muted while the assistant is heard", Tone.Dim)];
        return view.IsCallerSpeaking ? [new("the caller speaks", Tone.Good)]
            : [new("listening"), new(view.IsPushToTalk ? ": Enter ends your turn" : "", Tone.Dim)];
    }

    /// <summary>What the assistant says: the last rows of it.</summary>
    public static IReadOnlyList<Row> Saying(LiveView view, int width, int max) => view.Saying is { Words: { Length: > 0 } words }
        ? ScreenText.Wrap([new Span(words, Tone.Assistant)], width, max) : [[new Span("silent", Tone.Dim)]];

    /// <summary>The costs of both methods, of the rest, and the budget.</summary>
    public static IReadOnlyList<Row> Costs(LiveView view, int width)
    {
        var costs = view.Costs;
        List<Row> rows =
        [
            Cost("out of band", costs.Transcription, Times(costs) is { } times ? times + (width < 37 ? "" : " the ASR") : ""),
            Cost("ASR", costs.Asr, ""),
            Cost("conversation", costs.Conversation, ""),
            costs.Tasks.ByTask.Count > 0 ? Cost("with tasks", costs.Total, "in all") : Cost("total", costs.Total, ""),
        ];
        rows.Add(Budgeted(view, width));
        return rows;

        static Row Cost(string what, decimal? usd, string more) =>
            [new($"{what,-13}"), new(Money.Usd(usd), Tone.Strong), new($"{Blank}{more}", Tone.Dim)];
    }

    /// <summary>The costs in one row.</summary>
    public static Row CostLine(LiveView view)
    {
        var spent = Spent(view);
        return
        [
            new(" oob ", Tone.Dim), new(Money.Usd(view.Costs.Transcription)), new("  ASR ", Tone.Dim), new(Money.Usd(view.Costs.Asr)),
            new(Times(view.Costs) is { } times ? $"{Blank}{times}" : "", Tone.Strong),
            new(spent is { } known ? $"{Blank}budget {Percent(known.Fraction)}" : "", spent is { Fraction: >= 0.8m } ? Tone.Bad : Tone.Dim),
        ];
    }

    /// <summary>How long the transcripts and the answers take: the last one as a bar, and the median.</summary>
    public static IReadOnlyList<Row> Latencies(LiveView view, int width)
    {
        var all = (IReadOnlyList<(string Name, IReadOnlyList<long> Values)>)
        [
            ("ASR", Values(view, turn => turn.AsrMs)), ("out of band", Values(view, turn => turn.OobMs)),
            ("first sound", Values(view, turn => turn.AnswerMs)),
        ];
        var scale = all.Max(one => one.Values.Count > 0 ? one.Values[^1] : 0);
        return [.. all.Select(one => Latency(one.Name, one.Values, Math.Max(scale, MinScaleMs), width))];
    }

    /// <summary>The last latencies in one row.</summary>
    public static Row LatencyLine(LiveView view) =>
    [
        new(" ms: ASR ", Tone.Dim), new(Last(view, turn => turn.AsrMs)), new("  oob ", Tone.Dim), new(Last(view, turn => turn.OobMs)),
        new("  sound ", Tone.Dim), new(Last(view, turn => turn.AnswerMs)),
    ];

    /// <summary>How many turns have which verdict.</summary>
    public static Row Verdicts(LiveView view)
    {
        int Count(Verdict verdict) => view.Turns.Count(turn => turn.Verdict == verdict);
        return
        [
            Number(Verdict.Agreed, "agreed", Tone.Good), Number(Verdict.Minor, "minor", Tone.Warning),
            Number(Verdict.Conflict, "conflict", Tone.Bad), Number(Verdict.Suspect, "suspect", Tone.Bad),
        ];

        Span Number(Verdict verdict, string what, Tone tone) => Count(verdict) is > 0 and var count
            ? new(string.Create(CultureInfo.InvariantCulture, $"{count} {what}{Blank}"), tone) : new("");
    }

    /// <summary>The last turns, the newest at the bottom; of the first one maybe only its end.</summary>
    public static IReadOnlyList<Row> Turns(LiveView view, int width, int height)
    {
        List<Row> rows = [];
        for (var at = view.Turns.Count - 1; at >= 0 && rows.Count < height; at--) rows.InsertRange(0, Turn(view.Turns[at], width));
        if (rows.Count == 0) rows.Add([new Span("nothing has been said yet", Tone.Dim)]);
        return rows.Count > height ? rows[^Math.Max(0, height)..] : rows;
    }

    /// <summary>What is said now, or else the last turns.</summary>
    public static IReadOnlyList<Row> Talk(LiveView view, int width, int height) => height <= 0 ? []
        : view.Saying is { Words.Length: > 0 } ? Saying(view, width, height) : Turns(view, width, height);

    /// <summary>The last notices, the newest at the bottom.</summary>
    public static IReadOnlyList<Row> Notices(LiveView view, int width, int height, bool isWrapped)
    {
        List<Row> rows = [];
        for (var at = view.Notices.Count - 1; at >= 0 && rows.Count < height; at--)
        {
            var notice = view.Notices[at];
            var tone = notice.Level switch
            {
                NoticeLevel.Error => Tone.Bad, NoticeLevel.Warning => Tone.Warning, _ => Tone.Dim,
            };
            Row text = [new($"{notice.At - view.StartedAt:mm\\:ss} ", Tone.Dim), new(notice.Text, tone)];
            rows.InsertRange(0, isWrapped ? ScreenText.Wrap(text, width, max: 4) : [ScreenText.Cut(text, width)]);
        }
        return rows.Count > height ? rows[^Math.Max(0, height)..] : rows;
    }

    /// <summary>The keys, in one row.</summary>
    public static Row Keys(LiveView view, int width)
    {
        if (view.IsEnding) return [new(" open turns are finished first; "), .. Key("Ctrl-C", "ends at once")];
        if (!view.HasKeys) return [new(" "), .. Key("Ctrl-C", "end")];
        var mute = Key("m", view.Muted.HasFlag(MuteReasons.Caller) ? "unmute" : "mute");
        if (width < KeysWidth) return [new(" "), .. mute, .. Key("e", "end"), .. Key("?", "")];
        return
        [
            new(" "), .. mute, .. view.IsPushToTalk ? Key("Enter", "end of turn") : [], .. Key("d", "device"), .. Key("e", "end"),
            .. Key("?", "help"),
        ];
    }

    /// <summary>The keys, explained.</summary>
    public static IReadOnlyList<Row> Help(LiveView view) =>
    [
        Explained("m", "mute or unmute the microphone"),
        Explained("d", "use the next microphone"),
        .. view.IsPushToTalk ? (IEnumerable<Row>)[Explained("Enter", "end your turn")] : [],
        Explained("e or q", "end: open turns are finished first"),
        Explained("Ctrl-C", "the same; a second one ends at once"),
        Explained("?", "close this"),
        [],
        [new("differing words", Tone.Different), new(" are what the other transcript does not have")],
        [new("latency: transcripts from the commit, sound from the caller's last word", Tone.Dim)],
    ];

    private static Row Key(string key, string what) => [new(key, Tone.Key), new($" {what}{Blank}", Tone.Dim)];

    private static Row Explained(string key, string what) => [new($"{key,-8}", Tone.Key), new(what)];

    private static IEnumerable<Row> Turn(LiveTurn turn, int width)
    {
        if (turn.Number is { } number)
        {
            var (verdict, tone) = turn switch
            {
                { IsJoined: false } => ("waits for its transcripts", Tone.Dim),
                { Verdict: Verdict.Agreed } => ("agreed", Tone.Good),
                { Verdict: Verdict.Minor } => ("minor difference", Tone.Warning),
                { Verdict: Verdict.Conflict } => ("conflict", Tone.Bad),
                { Verdict: Verdict.Suspect } => ("suspect", Tone.Bad),
                _ => ("one transcript", Tone.Dim),
            };
            Row title =
            [
                new(string.Create(CultureInfo.InvariantCulture, $"{number}{Blank}"), Tone.Strong), new(verdict, tone),
                new(turn.Suspicions.IsEmpty ? "" : $": {string.Join(", ", turn.Suspicions)}", Tone.Bad),
                new(turn.Later is { } later ? $"{Blank}{later}" : "", Tone.Warning),
            ];
            yield return ScreenText.Cut(title, width);
        }
        var isShort = width < 48;
        var rows = turn.IsJoined ? (IEnumerable<Row>)
            [.. Labelled(isShort ? "m" : "model", turn.Oob, width), .. Labelled(isShort ? "a" : "ASR", turn.Asr, width)] : [];
        foreach (var row in rows) yield return row;
        if (turn.Answer is not { } answer) yield break;
        Row words = [new(answer.Words, Tone.Assistant), new(answer.Note is { } note ? $" {note}" : "", Tone.Dim)];
        foreach (var row in Labelled(isShort ? ">" : "reply", words, width)) yield return row;
    }

    private static IEnumerable<Row> Labelled(string label, IReadOnlyList<Span> text, int width)
    {
        var name = label.Length == 1 ? $" {label} " : $"   {label,-7}";
        foreach (var row in ScreenText.Wrap(text, width - name.Length))
        {
            yield return [new(name, Tone.Dim), .. row];
            name = new string(' ', name.Length);
        }
    }

    private static Row Latency(string name, IReadOnlyList<long> values, long scale, int width)
    {
        var label = values.Count == 0 ? "     -" : string.Create(CultureInfo.InvariantCulture, $"{values[^1],6} ms");
        var median = values.Count < 2 || width < 40 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"{Blank}median {values.Order().ElementAt(values.Count / 2)}");
        var length = width - 12 - label.Length - median.Length;
        return
        [
            new($"{name,-12}"), .. Bar(values.Count == 0 ? 0 : (double)values[^1] / scale, length, Tone.Assistant), new(label, Tone.Strong),
            new(median, Tone.Dim),
        ];
    }

    private static Row Budgeted(LiveView view, int width)
    {
        if (Spent(view) is not { } spent) return [new("no budget", Tone.Dim)];
        var label = $" {Percent(spent.Fraction)} of ${spent.Limit.ToString("0.######", CultureInfo.InvariantCulture)}";
        var tone = spent.Fraction >= 1 ? Tone.Bad : spent.Fraction >= 0.8m ? Tone.Warning : Tone.Good;
        return [new($"{(spent.OfTheDay ? "day's budget" : "budget"),-13}"), .. Bar((double)spent.Fraction, width - 13 - label.Length, tone),
            new(label, tone)];
    }

    private static Row Bar(double fraction, int width, Tone tone)
    {
        if (width <= 0) return [];
        var filled = (int)Math.Round(Math.Clamp(fraction, 0, 1) * width);
        return [new(new string('█', filled), tone), new(new string('░', width - filled), Tone.Border)];
    }

    // The budget that is nearer to its end.
    private static (decimal Fraction, decimal Limit, bool OfTheDay)? Spent(LiveView view)
    {
        if (view.Budget is not { } budget) return null;
        var session = Of(view.Costs.Total, budget.LimitUsd, ofTheDay: false);
        var day = Of(view.Costs.Total + budget.SpentTodayUsd, budget.PerDayUsd, ofTheDay: true);
        return session is { } one && day is { } other ? one.Fraction >= other.Fraction ? one : other : session ?? day;

        static (decimal Fraction, decimal Limit, bool OfTheDay)? Of(decimal spent, decimal? limit, bool ofTheDay) =>
            limit is not { } known ? null : (known > 0 ? spent / known : 1, known, ofTheDay);
    }

    private static string Percent(decimal fraction) => (fraction * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static string? Times(LedgerMessages.Totals costs) => SessionReport.Times(costs.Transcription, costs.Asr) is { } times
        ? times.ToString("0.0", CultureInfo.InvariantCulture) + "x" : null;

    private static List<long> Values(LiveView view, Func<LiveTurn, long?> of) => [.. view.Turns.Select(of).OfType<long>()];

    private static string Last(LiveView view, Func<LiveTurn, long?> of) =>
        Values(view, of) is [.., var last] ? last.ToString(CultureInfo.InvariantCulture) : "-";
}
