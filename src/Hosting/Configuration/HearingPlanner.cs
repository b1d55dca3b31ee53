using System.Collections.Immutable;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Hearing;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>Reads how the transcripts of a turn are judged: entities, phantoms, the vocabulary.</summary>
/// <param name="c">The whole configuration.</param>
public sealed class HearingPlanner(StrictConfig c)
{
    private const int MaxTerms = 100, MaxTerm = 200, MaxPattern = 4000, MaxPhantoms = 1000;

    /// <summary>Names, products and codes that may be said. Throws <see cref="ConfigException"/> if it is no such list.</summary>
    public static IReadOnlyList<string> Vocabulary(StrictConfig c)
    {
        const string key = "session.vocabulary";
        if (c.TextOrNone(key) is not { } text) return [];
        string[] terms = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var isList = terms is { Length: > 0 and <= MaxTerms } && Array.TrueForAll(terms, term => term.Length <= MaxTerm);
        if (!isList || text.AsSpan().ContainsAny("<>\r\n"))
            throw c.Error(
                key, $"up to {MaxTerms} terms of at most {MaxTerm} characters without <, > and line breaks, separated by commas, or none");
        return terms;
    }

    /// <summary>The settings. Throws <see cref="ConfigException"/> for an invalid one.</summary>
    public HearingSettings Read() => new()
    {
        Language = c.NameOrNone("session.language")?.Split(',', StringSplitOptions.TrimEntries) is [var only] ? only : null,
        AsrPrompt = c.TextOrNone("session.asr.prompt"),
        Entities = new EntityReader(
            [.. c.Names("entities").Select(Pattern).OfType<(int Rank, EntityPattern Pattern)>().OrderBy(one => one.Rank)
                .Select(one => one.Pattern)],
            [.. Vocabulary(c)]),
        Phantoms = new PhantomList(c.Names("phantoms").SelectMany(Phantoms)),
        Prefer = c.OneOf("hearing.prefer", "oob", "asr", "evidence") switch
        {
            "asr" => Preference.Asr, "evidence" => Preference.Evidence, _ => Preference.Oob,
        },
        OnSuspect = c.OneOf("transcription.on-suspect", "flag", "retry", "prefer-asr") switch
        {
            "retry" => SuspectPolicy.Retry, "prefer-asr" => SuspectPolicy.PreferAsr, _ => SuspectPolicy.Flag,
        },
        ConflictFrom = c.Number("hearing.conflict-from", 0, 1),
    };

    private (int Rank, EntityPattern Pattern)? Pattern(string name)
    {
        var at = $"entities.{name}";
        var form = Enum.Parse<EntityForm>(
            c.OneOf($"{at}.form", "words", "name", "number", "spelled", "code", "phone", "date", "time", "money", "email"), ignoreCase: true);
        var (rank, kind, pattern) = (c.Count($"{at}.rank", 1, 1000), c.NameOrNone($"{at}.kind") ?? name, c.Text($"{at}.pattern"));
        if (pattern is "none" || pattern.Length > MaxPattern)
            throw c.Error($"{at}.pattern", $"a regular expression of at most {MaxPattern} characters");
        try
        {
            var read = new EntityPattern(kind, pattern, form)
            {
                NotIn = Words($"{at}.not-in"), NoNames = [.. Words($"{at}.no-names").Select(word => UnicodeFolding.Fold(word))],
            };
            // The shipped ones are good, and building them all would delay each start.
            if (c.IsWritten($"{at}.pattern")) read.Build();
            return c.Flag($"{at}.enabled") ? (rank, read) : null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw c.Error($"{at}.pattern", $"a regular expression without look-around and back references: {e.Message.TrimEnd('.')}");
        }
    }

    private IEnumerable<Phantom> Phantoms(string name)
    {
        var at = $"phantoms.{name}";
        var isWeak = c.Flag($"{at}.weak");
        string[] texts = c.Text($"{at}.texts").Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length is 0 or > MaxPhantoms) throw c.Error($"{at}.texts", $"1 to {MaxPhantoms} sentences, separated by |");
        return c.Flag($"{at}.enabled") ? texts.Select(text => new Phantom(text, isWeak)) : [];
    }

    private ImmutableArray<string> Words(string key) => c.TextOrNone(key) is { } text
        ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : [];
}

/// <summary>The transcription prompt with the session's vocabulary behind it.</summary>
/// <param name="source">The prompt.</param>
/// <param name="vocabulary">Names, products and codes that may be said; at least one.</param>
public sealed class VocabularyPrompt(IPromptSource source, IReadOnlyList<string> vocabulary) : IPromptSource
{
    private readonly string _terms = string.Join(", ", vocabulary);
    private (string Hash, Prompt Prompt)? _last;

    /// <inheritdoc/>
    public (Prompt Prompt, Notice? Problem) Read()
    {
        var (prompt, problem) = source.Read();
        var last = _last;
        if (last?.Hash != prompt.Hash)
            _last = last = (prompt.Hash, Prompt.Of($"{prompt.Text}\n\nNames and terms that may be said, spelled like this: {_terms}"));
        return (last.Value.Prompt, problem);
    }
}
