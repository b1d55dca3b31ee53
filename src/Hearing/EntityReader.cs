using System.Collections.Immutable;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hearing;

/// <summary>An entity in one transcript.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Value">Its value in the one form of its kind.</param>
/// <param name="First">Its first word.</param>
/// <param name="End">The word after its last one.</param>
public readonly record struct FoundEntity(string Kind, string Value, int First, int End)
{
    /// <summary>Any words in its place are another value of it; else only words of its form are.</summary>
    public bool IsText { get; init; }

    /// <summary>Whether they have a word in common.</summary>
    public bool Overlaps(FoundEntity other) => First < other.End && other.First < End;
}

/// <summary>Finds the entities of both transcripts of a turn, and says which of them agree.</summary>
/// <param name="Patterns">What is looked for; where two match the same words, the earlier one counts.</param>
/// <param name="Vocabulary">Names, products and codes of this session; each is an entity wherever it is heard.</param>
public sealed record EntityReader(ImmutableArray<EntityPattern> Patterns, ImmutableArray<string> Vocabulary)
{
    /// <summary>Entities of one text that are found at most; a text of more is no spoken turn.</summary>
    public const int MaxEntities = 200;

    /// <summary>UTF-16 units of a text in which entities are looked for; in a longer one none is.</summary>
    public const int MaxText = 100_000;

    /// <summary>Finds nothing.</summary>
    public static EntityReader None { get; } = new([], []);

    /// <summary>Builds the patterns that are not built yet.</summary>
    public void Build()
    {
        foreach (var pattern in Patterns) pattern.Build();
    }

    /// <summary>The entities of both texts, in the order of the model's.</summary>
    public ImmutableArray<AlignedEntity> Read(string oob, string asr, TranscriptComparison comparison, string? language)
    {
        var ours = Find(oob, comparison.Reference, language);
        var theirs = Find(asr, comparison.Hypothesis, language);
        if (ours.Count + theirs.Count == 0) return [];

        var map = new WordMap(comparison);
        var entities = new List<AlignedEntity>();
        var paired = new HashSet<int>();
        foreach (var entity in ours)
        {
            var (first, end) = map.ToHypothesis(entity.First, entity.End);
            var other = Match(entity, new(entity.Kind, "", first, end), theirs, paired);
            if (other >= 0) paired.Add(other);
            var found = other >= 0 ? Pair(entity, theirs[other])
                : Alone(entity, asr, comparison.Hypothesis, first, end, map.AreEqual(entity.First, entity.End), isOob: true);
            if (other >= 0) (first, end) = (theirs[other].First, theirs[other].End);
            entities.Add(new(found, entity.First, entity.End, first, end));
        }
        for (var i = 0; i < theirs.Count; i++)
        {
            if (paired.Contains(i)) continue;
            var (first, end) = map.ToReference(theirs[i].First, theirs[i].End);
            var place = new FoundEntity(theirs[i].Kind, "", first, end);
            if (Overlaps(ours, place)) continue;
            var found = Alone(theirs[i], oob, comparison.Reference, first, end, first < end && map.AreEqual(first, end), isOob: false);
            entities.Add(new(found, first, end, theirs[i].First, theirs[i].End));
        }
        return [.. entities.OrderBy(entity => entity.First)];
    }

    /// <summary>The entities of one text with these words.</summary>
    public List<FoundEntity> Find(string transcript, IReadOnlyList<Word> words, string? language)
    {
        var found = new List<FoundEntity>();
        if (transcript.Length > MaxText || words.Count == 0) return found;
        var spoken = SpokenText.Of(transcript, words);
        var hasSmall = HasSmallLetters(transcript);
        foreach (var term in Vocabulary) AddTerm(found, term, words);
        foreach (var pattern in Patterns)
        {
            // In a text of capitals nothing is capitalised.
            if (!pattern.AppliesTo(language) || (pattern.Form == EntityForm.Name && !hasSmall)) continue;
            for (var match = pattern.Match(spoken.Text); match is { Success: true }; match = match.NextMatch())
            {
                if (found.Count >= MaxEntities) break;
                if (EntityValue.Of(pattern, match, spoken.Text) is not { } value) continue;
                var place = match.Groups["value"] is { Success: true } named ? (named.Index, named.Length) : (match.Index, match.Length);
                var (first, end) = spoken.Words(place.Index, place.Length);
                var entity = new FoundEntity(pattern.Kind, value, first, end)
                {
                    IsText = pattern.Form is EntityForm.Words or EntityForm.Name or EntityForm.Spelled or EntityForm.Code,
                };
                if (first < end && !Overlaps(found, entity)) found.Add(entity);
            }
        }
        found.Sort(static (one, other) => one.First.CompareTo(other.First));
        return found;
    }

    private static bool HasSmallLetters(string text)
    {
        foreach (var c in text)
        {
            if (char.IsLower(c)) return true;
        }
        return false;
    }

    private static bool Overlaps(List<FoundEntity> found, FoundEntity entity)
    {
        foreach (var other in found)
        {
            if (other.Overlaps(entity)) return true;
        }
        return false;
    }

    private static void AddTerm(List<FoundEntity> found, string term, IReadOnlyList<Word> words)
    {
        var terms = WordReader.Read(term);
        if (terms.Count == 0) return;
        for (var i = 0; i + terms.Count <= words.Count && found.Count < MaxEntities; i++)
        {
            var n = 0;
            while (n < terms.Count && words[i + n].Key == terms[n].Key) n++;
            var entity = new FoundEntity("name", term, i, i + n) { IsText = true };
            if (n == terms.Count && !Overlaps(found, entity)) found.Add(entity);
        }
    }

    // Of the entities that stand at the same place, one of the same kind if there is one.
    private static int Match(FoundEntity entity, FoundEntity place, List<FoundEntity> others, HashSet<int> paired)
    {
        var best = -1;
        for (var i = 0; i < others.Count; i++)
        {
            if (paired.Contains(i) || !others[i].Overlaps(place)) continue;
            if (others[i].Kind == entity.Kind) return i;
            if (best < 0) best = i;
        }
        return best;
    }

    private static Entity Pair(FoundEntity oob, FoundEntity asr)
    {
        var isSame = oob.Kind == asr.Kind && oob.Value == asr.Value || EntityValue.Bare(oob.Value) == EntityValue.Bare(asr.Value);
        return new(oob.Kind, oob.Value, isSame ? oob.Value : asr.Value, isSame ? EntityState.Agreed : EntityState.Differs);
    }

    // The other text has words in its place that are no entity by themselves: "dana whitlock" in small letters, or a misheard word.
    private static Entity Alone(
        FoundEntity entity, string text, IReadOnlyList<Word> words, int first, int end, bool areEqual, bool isOob)
    {
        var other = areEqual ? entity.Value : first < end ? text[words[first].Start..words[end - 1].End] : null;
        var state = areEqual || (other is not null && EntityValue.Bare(other) == EntityValue.Bare(entity.Value)) ? EntityState.Agreed
            : other is not null ? EntityState.Differs : isOob ? EntityState.OnlyOob : EntityState.OnlyAsr;
        if (state == EntityState.Agreed) other = entity.Value;
        if (state == EntityState.Differs && !entity.IsText) (other, state) = (null, isOob ? EntityState.OnlyOob : EntityState.OnlyAsr);
        return isOob ? new(entity.Kind, entity.Value, other, state) : new(entity.Kind, other, entity.Value, state);
    }
}
