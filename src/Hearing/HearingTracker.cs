using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>
/// Remembers what the transcripts of the latest turns dispute, until what is said later decides it. It never holds a turn back: what it
/// finds is published on its own. An immutable value.
/// </summary>
public sealed record HearingTracker(HearingSettings Settings, string Session)
{
    // A value that is read back is read back soon.
    private const int Turns = 3, Answers = 4;

    // Characters of the evidence that are shown.
    private const int MaxShown = 1000;

    // Disputed: what is not decided, or only by the agent. Corrected: how the text reads where the ASR was right.
    private sealed record Open(int Turn, string? Text, ImmutableArray<(Dispute Dispute, Witness? Answer)> Disputed)
    {
        public ImmutableArray<Dispute> Corrected { get; init; } = [];
    }

    /// <summary>The figures of all turns so far.</summary>
    public HearingFigures Figures { get; private init; } = HearingFigures.None;

    private ImmutableArray<Open> Waiting { get; init; } = [];
    private ImmutableArray<(int Turn, string Text)> Said { get; init; } = []; // answers that may precede the transcripts of their turn

    /// <summary>A turn is published with these disputes; it may decide those of the turns before it.</summary>
    public (HearingTracker Next, ImmutableArray<HeardAgain> Decided) With(TurnRecord turn, ImmutableArray<Dispute> disputes)
    {
        var counted = this with { Figures = Counted(turn) };
        var (next, decided) = turn.Words is { } words && turn.Verdict is not Verdict.Suspect
            ? counted.Decide(turn.Turn, words, isCaller: true) : (counted, []);
        if (disputes.IsEmpty) return (next, decided);

        var text = turn.Words == turn.Oob.Text ? turn.Words : null;
        var open = new Open(turn.Turn, text, [.. disputes.Select(dispute => (dispute, (Witness?)null))]);
        var others = next.Waiting.RemoveAll(known => known.Turn == turn.Turn || known.Turn <= turn.Turn - Turns);
        next = next with { Waiting = others.Add(open) };
        foreach (var (answered, said) in next.Said.Where(answer => answer.Turn >= turn.Turn))
        {
            (next, var more) = next.Decide(answered, said, isCaller: false);
            decided = decided.AddRange(more);
        }
        return (next, decided);
    }

    /// <summary>The agent said this in answer to a turn.</summary>
    public (HearingTracker Next, ImmutableArray<HeardAgain> Decided) With(AssistantReplied answer)
    {
        if (answer is not { Turn: { } turn, Text: { Length: > 0 } text }) return (this, []);
        var said = Said.Add((turn, text));
        return (this with { Said = said.Length > Answers ? said.RemoveAt(0) : said }).Decide(turn, text, isCaller: false);
    }

    // A turn that is amended had no verdict before, since one of its transcripts was missing.
    private HearingFigures Counted(TurnRecord turn)
    {
        if (turn is { Verdict: null, Entities.Count: 0 }) return Figures;
        var figures = turn.Entities.Count == 0 ? Figures : Figures with { Entities = Counted(turn.Entities) };
        return turn.Verdict switch
        {
            Verdict.Agreed => figures with { Agreed = figures.Agreed + 1 },
            Verdict.Minor => figures with { Minor = figures.Minor + 1 },
            Verdict.Conflict => figures with { Conflict = figures.Conflict + 1 },
            Verdict.Suspect => figures with { Suspect = figures.Suspect + 1 },
            _ => figures,
        };
    }

    private Dictionary<string, EntityFigures> Counted(IEnumerable<Entity> found)
    {
        var entities = new Dictionary<string, EntityFigures>(Figures.Entities);
        foreach (var entity in found)
        {
            var known = entities.GetValueOrDefault(entity.Kind, new(0, 0));
            entities[entity.Kind] = entity.State == EntityState.Agreed ? known with { Agreed = known.Agreed + 1 }
                : known with { Disputed = known.Disputed + 1 };
        }
        return entities;
    }

    private HearingFigures Counted(Witness witness, Witness? before)
    {
        var (oob, asr, neither) = Figures.Decided;
        int Change(Witness of) => (witness == of ? 1 : 0) - (before == of ? 1 : 0);
        return Figures with { Decided = new(oob + Change(Witness.Oob), asr + Change(Witness.Asr), neither + Change(Witness.Neither)) };
    }

    private (HearingTracker Next, ImmutableArray<HeardAgain> Decided) Decide(int turn, string said, bool isCaller)
    {
        if (Waiting.IsEmpty) return (this, []);
        var evidence = new Evidence(said, Settings.Entities, Settings.Language);
        var (next, decided) = (this, ImmutableArray.CreateBuilder<HeardAgain>());
        foreach (var open in Waiting)
        {
            // An answer may read back its own turn; a caller says again what was said before.
            if (turn - open.Turn is var later && (later >= Turns || later < (isCaller ? 1 : 0))) continue;
            var now = open;
            foreach (var (dispute, answer) in open.Disputed)
            {
                // Words that a caller says again show nothing: people say many words twice.
                if (isCaller ? dispute.Kind is null : answer is not null) continue;
                if (evidence.Of(dispute) is not var (witness, words) || witness == answer) continue;
                var rest = now.Disputed.Remove((dispute, answer));
                now = now with
                {
                    Disputed = isCaller ? rest : rest.Add((dispute, witness)),
                    Corrected = witness == Witness.Asr ? now.Corrected.Remove(dispute).Add(dispute) : now.Corrected.Remove(dispute),
                };
                next = next with { Figures = next.Counted(witness, answer) };
                decided.Add(new(
                    Session, open.Turn, witness, Shown(said), words, dispute.Kind, dispute.Oob, dispute.Asr, isCaller ? "caller" : "answer",
                    Settings.Prefer == Preference.Evidence ? Text(now) : null));
            }
            if (!ReferenceEquals(now, open)) next = next with { Waiting = next.Waiting.Replace(open, now) };
        }
        return (next, decided.ToImmutable());
    }

    private static string Shown(string said) => said.Length <= MaxShown ? said : said[..MaxShown] + "...";

    // The model's text with the ASR's words where they were right.
    private static string? Text(Open turn)
    {
        if (turn.Text is not { } text) return null;
        foreach (var dispute in turn.Corrected.OrderByDescending(dispute => dispute.Start))
            text = $"{text.AsSpan(0, dispute.Start)}{dispute.AsrWords}{text.AsSpan(dispute.End)}";
        return text;
    }
}
