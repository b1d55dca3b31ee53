using System.Collections.Immutable;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// What the out-of-band transcripts of a session would have cost otherwise: if all the audio they were given had been reported
/// (docs/protocol.md 7.3), and with a narrower context. Estimates, made of what was recorded: usages, and lengths of sound on
/// our own clock.
/// <para>
/// Audio is 10 tokens per second of the user's voice and 20 of the assistant's as far as it was heard, rounded down per turn as
/// the service does (docs/protocol.md 7.2: 5.85 s are 58). A request was given its own turn's audio and, as far back as its context reaches,
/// that of earlier turns and of the answers to them. It is taken as not cached, which is what the service reports for audio of
/// out-of-band requests. The service may show a text request earlier answers as text, so this errs to the high side.
/// </para>
/// <para>
/// A narrower context keeps the prompt, the answer, the cached text as far as there is text, and no more audio than the wider
/// one reported. The prompt is the least text that any request had; the rest of the text is taken to belong to the turns that
/// it came with. A turn that was asked with as narrow a context already counts with its own cost. Repeated attempts are not
/// repeated in the estimate.
/// </para>
/// </summary>
public sealed record ContextEstimate(PriceList Prices, string Model, ContextScope Context)
{
    // Of older turns only the sums are kept: nobody tells them again, and no context but a longer one reaches them.
    private const int Least = 64;

    private static readonly ImmutableArray<ContextScope.Last> Compared = [new(1), new(3)];

    private ImmutableSortedDictionary<int, Heard> Turns { get; init; } = ImmutableSortedDictionary<int, Heard>.Empty;
    private long AudioBefore { get; init; }
    private Sums Before { get; init; } = Sums.Zero;
    private long? Prompt { get; init; }

    // What is compared is narrower than what the session asks with.
    private IEnumerable<ContextScope.Last> Scopes => Compared.Where(scope => scope.IsNarrowerThan(Context));

    private Sums All => Turns.Values.Aggregate(Before, (sums, heard) => sums + heard.Sums);

    /// <summary>US dollars of audio that transcriptions heard and did not report; null where each reported some.</summary>
    public decimal? NotReportedUsd => All.NotReported;

    /// <summary>US dollars of all transcripts with each narrower context, the narrowest first; null where a price is missing.</summary>
    public IReadOnlyList<ContextCost> Narrower
    {
        get
        {
            var sums = All;
            return [.. Scopes.Select((scope, i) => new ContextCost(scope.ToString(), sums.Narrower.IsEmpty ? 0m : sums.Narrower[i]))];
        }
    }

    /// <summary>The estimate after a record; a turn that is told again replaces what it was before.</summary>
    public ContextEstimate On(SessionRecord record) => record switch
    {
        TurnRecord turn => On(turn),
        AssistantReplied { Turn: { } turn } answer => Set(Of(turn) with { Answer = Of(turn).Answer + answer.HeardMs / 50 }),
        AssistantReplied answer => this with { AudioBefore = AudioBefore + answer.HeardMs / 50 },
        _ => this,
    };

    /// <summary>A new connection knows what was said on the last one as text only.</summary>
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
        return next.Set(heard with { Sums = new Sums(notReported, [.. Scopes.Select(narrow => next.With(narrow, turn, used, notReported ?? 0m))]) });
    }

    private decimal? With(ContextScope.Last narrow, TurnRecord turn, Usage.Tokens? used, decimal notReported)
    {
        if (used is null || ContextScope.Parse(turn.Oob.Context) is not { } scope || !narrow.IsNarrowerThan(scope)) return turn.Oob.CostUsd + notReported;

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
        var earlier = Turns.Values.Where(heard => heard.Turn >= first && heard.Turn < turn).Sum(heard => heard.User + heard.Answer);
        return Of(turn).User + earlier + (scope is ContextScope.Full ? AudioBefore : 0);
    }

    // The server does not say where a manual turn begins and ends; then the built-in transcription may know how much it heard.
    private static long UserAudio(TurnRecord turn) => (turn.AudioEndMs - turn.AudioStartMs, Usage.Read(turn.Asr.Usage, Modality.Audio)) switch
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
        if (turns.Count <= Math.Max(Least, Context is ContextScope.Last last ? last.Turns : 0)) return this with { Turns = turns };

        var oldest = turns.Values.First();
        return this with { Turns = turns.Remove(oldest.Turn), AudioBefore = AudioBefore + oldest.User + oldest.Answer, Before = Before + oldest.Sums };
    }

    // Audio in tokens: the user's, and of the answer what was heard. Text: what the transcription's request had.
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
