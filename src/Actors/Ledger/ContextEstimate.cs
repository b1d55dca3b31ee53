using System.Collections.Immutable;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// What the out-of-band transcripts of a session would have cost in two other cases: with all audio they were given reported
/// (docs/protocol.md 7.3), and with a narrower context. Estimates from recorded usages and from durations on our own audio
/// clock.
/// <para>
/// Audio counts 10 tokens per second of the user's speech and 20 per second of the assistant's that was heard, rounded down per
/// turn as the service does (docs/protocol.md 7.2: 5.85 s are 58). A request is given its own turn's audio and, as far back as its
/// context reaches, that of earlier turns and their answers. The audio counts as not cached, as the service reports for
/// out-of-band requests. The service may show a text request earlier answers as text, so the estimate errs on the high side.
/// </para>
/// <para>
/// With a narrower context, the prompt, the answer and the cached text (up to the remaining text) stay, and no more audio counts
/// than the wider context reported. The prompt is the smallest text input of any request; the remaining text is attributed to
/// the turns it came with. A turn requested with as narrow a context counts at its actual cost. Retries are not counted
/// again in the estimate.
/// </para>
/// </summary>
public sealed record ContextEstimate(PriceList Prices, string Model, ContextScope Context)
{
    // Turns kept. Of older ones only the sums are kept: they are not published again, and only a longer context reaches them.
    private const int Min = 64;

    private static readonly ImmutableArray<ContextScope.Last> Compared = [new(1), new(3)];

    private ImmutableSortedDictionary<int, Heard> Turns { get; init; } = ImmutableSortedDictionary<int, Heard>.Empty;
    private long AudioBefore { get; init; }
    private Sums Before { get; init; } = Sums.Zero;
    private long? Prompt { get; init; }

    // Only scopes narrower than the session's own are compared.
    private IEnumerable<ContextScope.Last> Scopes => Compared.Where(scope => scope.IsNarrowerThan(Context));

    private Sums All => Turns.Values.Aggregate(Before, (sums, heard) => sums + heard.Sums);

    /// <summary>US dollars of audio that transcriptions were given and did not report; null if each reported some.</summary>
    public decimal? NotReportedUsd => All.NotReported;

    /// <summary>US dollars of all transcripts with each narrower context, the narrowest first; null if a price is missing.</summary>
    public IReadOnlyList<ContextCost> Narrower
    {
        get
        {
            var sums = All;
            return [.. Scopes.Select((scope, i) => new ContextCost(scope.ToString(), sums.Narrower.IsEmpty ? 0m : sums.Narrower[i]))];
        }
    }

    /// <summary>The estimate after a record; an amended turn replaces its earlier figures.</summary>
    public ContextEstimate On(SessionRecord record) => record switch
    {
        TurnRecord turn => On(turn),
        AssistantReplied { Turn: { } turn } answer => Set(Of(turn) with { Answer = Of(turn).Answer + answer.HeardMs / 50 }),
        AssistantReplied answer => this with { AudioBefore = AudioBefore + answer.HeardMs / 50 },
        _ => this,
    };

    /// <summary>On a new connection the model knows the earlier conversation only as text.</summary>
    public ContextEstimate Reopened() => this with
    {
        AudioBefore = 0, Turns = Turns.ToImmutableSortedDictionary(turn => turn.Key, turn => turn.Value with { User = 0, Answer = 0 }),
    };

    private ContextEstimate On(TurnRecord turn)
    {
        var used = Usage.Read(turn.Oob.Usage, Modality.Text) as Usage.Tokens;
        var prompt = used is { TextIn: > 0 and var text } && !(text >= Prompt) ? text : Prompt;
        var heard = Of(turn.Turn) with { User = UserAudio(turn), Text = used?.TextIn };
        var next = (this with { Prompt = prompt }).Set(heard);

        var notReported = turn.Flags.Contains(TurnFlags.UsageWithoutAudio) && ContextScope.Parse(turn.Oob.Context) is { } scope
            ? next.Audio(turn.Turn, scope) * Prices.Find(Model)?.AudioIn / 1_000_000m
            : null;
        return next.Set(
            heard with { Sums = new Sums(notReported, [.. Scopes.Select(narrow => next.With(narrow, turn, used, notReported ?? 0m))]) });
    }

    private decimal? With(ContextScope.Last narrow, TurnRecord turn, Usage.Tokens? used, decimal notReported)
    {
        if (used is null || ContextScope.Parse(turn.Oob.Context) is not { } scope || !narrow.IsNarrowerThan(scope))
            return turn.Oob.CostUsd + notReported;

        var first = turn.Turn - narrow.Turns + 1;
        var least = Prompt ?? 0;
        var earlier = first < 1 ? least : Turns.GetValueOrDefault(first)?.Text ?? least;
        var text = Math.Min(used.TextIn, least + Math.Max(0, used.TextIn - earlier));
        var audio = Audio(turn.Turn, narrow);
        if (used.AudioIn > 0) audio = Math.Min(audio, used.AudioIn);
        return Prices.Cost(Model, used with
        {
            TextIn = text, CachedText = Math.Min(text, used.CachedText), AudioIn = audio, CachedAudio = Math.Min(audio, used.CachedAudio),
        });
    }

    // The audio tokens that a request about this turn is given.
    private long Audio(int turn, ContextScope scope)
    {
        if (scope is ContextScope.None) return 0;
        var first = scope is ContextScope.Last last ? turn - last.Turns + 1 : 0;
        var earlier = 0L;
        foreach (var (number, heard) in Turns)
        {
            if (number >= first && number < turn) earlier += heard.User + heard.Answer;
        }
        return Of(turn).User + earlier + (scope is ContextScope.Full ? AudioBefore : 0);
    }

    // The server does not report the start and end of a manual turn; the usage of the built-in transcription may give its length.
    private static long UserAudio(TurnRecord turn) =>
        (turn.AudioEndMs - turn.AudioStartMs, Usage.Read(turn.Asr.Usage, Modality.Audio)) switch
    {
        ( > 0 and var ms, _) => ms / 100,
        (_, Usage.Duration d) => (long)(d.Seconds * 10),
        (_, Usage.Tokens t) => t.AudioIn,
        _ => 0,
    };

    private Heard Of(int turn) => Turns.GetValueOrDefault(turn) ?? new Heard(turn, Sums.Zero);

    private ContextEstimate Set(Heard heard)
    {
        var turns = Turns.SetItem(heard.Turn, heard);
        if (turns.Count <= Math.Max(Min, Context is ContextScope.Last last ? last.Turns : 0)) return this with { Turns = turns };

        var oldest = turns.Values.First();
        return this with { Turns = turns.Remove(oldest.Turn), AudioBefore = AudioBefore + oldest.User + oldest.Answer,
            Before = Before + oldest.Sums };
    }

    // Audio tokens of the user and of the heard part of the answer; text tokens of the transcription request.
    private sealed record Heard(int Turn, Sums Sums)
    {
        public long User { get; init; }
        public long Answer { get; init; }
        public long? Text { get; init; }
    }

    private sealed record Sums(decimal? NotReported, ImmutableArray<decimal?> Narrower)
    {
        public static readonly Sums Zero = new(null, []);

        public static Sums operator +(Sums a, Sums b) => new(
            a.NotReported is null ? b.NotReported : a.NotReported + (b.NotReported ?? 0m),
            a.Narrower.IsEmpty ? b.Narrower : [.. a.Narrower.Zip(b.Narrower, (x, y) => x + y)]);
    }
}
