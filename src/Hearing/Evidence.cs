using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>
/// Decides a dispute by what is said after it: an agent that reads back what it understood, or a caller who says it again, says one of the
/// two values and not the other.
/// </summary>
public static class Evidence
{
    // Kinds that stand for each other: a name is spelled, a code read as a number.
    private static readonly string[][] Alike = [["name", "spelled"], ["code", "number", "phone"]];

    private static readonly HashSet<string> Negations = ["not", "nicht", "kein", "keine", "pas", "niet", "non", "не", "inte", "ikke"];

    // Words that are said in any case: that one of them is repeated shows nothing.
    private static readonly HashSet<string> Common =
    [
        "the", "and", "you", "your", "that", "this", "was", "are", "for", "with", "have", "has", "had", "what", "can", "not", "yes", "please",
        "thank", "thanks", "okay", "got", "from", "they", "there", "der", "die", "das", "und", "ich", "sie", "ist", "nicht", "ein", "eine",
        "mit", "les", "des", "est", "que", "vous", "pour", "una", "los", "las", "con", "por", "her", "his", "him", "she", "will", "would",
        "did", "does", "our", "how", "when", "where", "been", "were", "just", "very", "well", "also", "then", "than", "into", "about",
    ];

    // A value like this one, in the same place: neither of the two was understood. Levenshtein distance over the longer length.
    private const double MaxUnlike = 0.4;

    private const int MaxText = 20_000;

    /// <summary>What <paramref name="said"/> says about a dispute; null: nothing.</summary>
    /// <param name="dispute">The dispute.</param>
    /// <param name="said">The agent's answer, or the words of a later turn.</param>
    /// <param name="entities">Finds the entities in it.</param>
    /// <param name="language">The session's language; null: not known.</param>
    public static (Witness SupportedBy, string Words)? Of(Dispute dispute, string said, EntityReader entities, string? language)
    {
        if (said.Length > MaxText) said = said[..MaxText];
        var words = WordReader.Read(said, UnicodeFolding.IsTurkic(language, said, ""));
        if (English.IsSpoken(language, said, "")) words = English.Normalize(words, said);

        var (oob, asr) = (IsSaid(dispute.Oob, dispute, words), IsSaid(dispute.Asr, dispute, words));
        // Of "Dana Whitlock" and "Dana" the longer one says more.
        var both = oob && asr;
        if (both) (oob, asr) = (Contains(dispute.Oob!, dispute.Asr!), Contains(dispute.Asr!, dispute.Oob!));
        if (oob != asr) return oob ? (Witness.Oob, dispute.Oob!) : (Witness.Asr, dispute.Asr!);
        if (both || dispute.Kind is null) return null;
        return entities.Find(said, words, language).Where(other => AreAlike(dispute.Kind, other.Kind))
            .Where(other => IsNear(other.Value, dispute.Oob) || IsNear(other.Value, dispute.Asr))
            .Select(other => ((Witness, string)?)(Witness.Neither, other.Value)).FirstOrDefault();
    }

    // An entity is said as a whole. Of other words those are looked for that are not said in any case; all of them, in any order.
    private static bool IsSaid(string? value, Dispute dispute, List<Word> words)
    {
        if (value is null) return false;
        if (dispute.Kind is not null) return IsSaid(EntityValue.Bare(value), words);
        var telling = WordReader.Read(value).Where(IsTelling).ToList();
        return telling.Count > 0 && telling.TrueForAll(word => IsSaid(Bare(word), words));
    }

    private static bool IsSaid(string bare, List<Word> words)
    {
        if (bare.Length == 0) return false;
        for (var i = 0; i < words.Count; i++)
        {
            var at = 0;
            var next = i;
            while (next < words.Count && at < bare.Length && bare.AsSpan(at).StartsWith(Bare(words[next]), StringComparison.Ordinal))
                at += Bare(words[next++]).Length;
            if (at == bare.Length && (i == 0 || !Negations.Contains(words[i - 1].Key))) return true;
        }
        return false;
    }

    private static string Bare(Word word) => EntityValue.Bare(word.Key);

    // Words without spaces tell something from two characters on.
    private static bool IsTelling(Word word) => Scripts.IsWrittenWithoutSpaces(word.Key[0]) ? word.Key.Length >= 2
        : word.Key.Length >= 3 && !Common.Contains(word.Key);

    private static bool Contains(string value, string part) =>
        EntityValue.Bare(value) is var whole && EntityValue.Bare(part) is var piece && whole.Length > piece.Length
        && whole.Contains(piece, StringComparison.Ordinal);

    private static bool AreAlike(string one, string other) =>
        one == other || Array.Exists(Alike, kinds => kinds.Contains(one) && kinds.Contains(other));

    private static bool IsNear(string value, string? other)
    {
        if (other is null) return false;
        var (one, two) = (EntityValue.Bare(value), EntityValue.Bare(other));
        if (one.Length == 0 || two.Length == 0) return false;
        var path = EditAlignment.Align([.. one.Select(c => (int)c)], [.. two.Select(c => (int)c)]);
        return path.Count(step => step.Edit != Edit.Equal) <= MaxUnlike * Math.Max(one.Length, two.Length);
    }
}
