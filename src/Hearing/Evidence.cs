using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>
/// Decides a dispute by what is said after it: an agent that reads back what it understood, or a caller who says it again, says one of the
/// two values and not the other.
/// </summary>
public sealed class Evidence
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

    private readonly string _said;
    private readonly List<Word> _words;
    private readonly List<string> _bare; // what is left of each word to compare
    private readonly EntityReader _reader;
    private readonly string? _language;
    private List<FoundEntity>? _entities;

    /// <summary>Reads what was said later.</summary>
    /// <param name="said">The agent's answer, or the words of a later turn.</param>
    /// <param name="entities">Finds the entities in it.</param>
    /// <param name="language">The session's language; null: not known.</param>
    public Evidence(string said, EntityReader entities, string? language)
    {
        _said = said.Length <= MaxText ? said : said[..MaxText];
        _words = ReadingRules.Of(language, _said).Read(_said);
        _bare = _words.ConvertAll(word => EntityValue.Bare(word.Key));
        (_reader, _language) = (entities, language);
    }

    /// <summary>What it says about a dispute; null: nothing.</summary>
    public (Witness SupportedBy, string Words)? Of(Dispute dispute)
    {
        var (oob, asr) = (IsSaid(dispute.Oob, dispute), IsSaid(dispute.Asr, dispute));
        // Of "Dana Whitlock" and "Dana" the longer one says more.
        var both = oob && asr;
        if (both) (oob, asr) = (Contains(dispute.Oob!, dispute.Asr!), Contains(dispute.Asr!, dispute.Oob!));
        if (oob != asr) return oob ? (Witness.Oob, dispute.Oob!) : (Witness.Asr, dispute.Asr!);
        if (both || dispute.Kind is null) return null;
        _entities ??= _reader.Find(_said, _words, _language);
        return _entities.Where(other => AreAlike(dispute.Kind, other.Kind))
            .Where(other => IsNear(other.Value, dispute.Oob) || IsNear(other.Value, dispute.Asr))
            .Select(other => ((Witness, string)?)(Witness.Neither, other.Value)).FirstOrDefault();
    }

    // An entity is said as a whole. Of other words those are looked for that are not said in any case; all of them, in any order.
    private bool IsSaid(string? value, Dispute dispute)
    {
        if (value is null) return false;
        if (dispute.Kind is not null) return IsSaid(EntityValue.Bare(value));
        var isTelling = false;
        foreach (var word in WordReader.Read(value))
        {
            if (!IsTelling(word)) continue;
            if (!IsSaid(EntityValue.Bare(word.Key))) return false;
            isTelling = true;
        }
        return isTelling;
    }

    private bool IsSaid(string bare)
    {
        if (bare.Length == 0) return false;
        for (var i = 0; i < _words.Count; i++)
        {
            var (at, next) = (0, i);
            while (next < _words.Count && at < bare.Length && bare.AsSpan(at).StartsWith(_bare[next], StringComparison.Ordinal))
                at += _bare[next++].Length;
            if (at == bare.Length && (i == 0 || !Negations.Contains(_words[i - 1].Key))) return true;
        }
        return false;
    }

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
        var edits = EditAlignment.Distance([.. one.Select(c => (int)c)], [.. two.Select(c => (int)c)]);
        return edits <= MaxUnlike * Math.Max(one.Length, two.Length);
    }
}
