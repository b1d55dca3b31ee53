using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using RealtimeAkka.Hearing;

namespace RealtimeAkka.Hosting.Redaction;

/// <summary>A part of a text that is replaced by its label.</summary>
/// <param name="Start">Where it begins, in UTF-16 units.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Label">What it is, such as <c>name</c>.</param>
public readonly record struct RedactedSpan(int Start, int End, string Label);

/// <summary>What is redacted.</summary>
/// <param name="Entities">The entities that are looked for, as in the comparison of transcripts.</param>
/// <param name="Language">ISO 639 code of the session; null: not known.</param>
/// <param name="Own">Patterns of the user.</param>
public sealed record RedactionSettings(EntityReader Entities, string? Language, ImmutableArray<Regex> Own)
{
    /// <summary>Words that no name consists of.</summary>
    public IReadOnlySet<string> NoNames { get; } =
        Entities.Patterns.SelectMany(pattern => pattern.NoNames).ToHashSet(StringComparer.Ordinal);
}

/// <summary>
/// Finds what is redacted in one text: matches of the user's patterns, entities, known values, and whatever digits and e-mail addresses are
/// left. Throws <see cref="RegexMatchTimeoutException"/> if a pattern of the user takes too long.
/// </summary>
/// <param name="settings">What is looked for.</param>
public sealed class TextRedactor(RedactionSettings settings)
{
    /// <summary>The label of what the user's patterns match.</summary>
    public const string Redacted = "redacted";

    // Entities are looked for in pieces: time grows with the square of the entities in one.
    private const int Piece = 10_000;

    // What stands across the end of a piece stands in the next one as a whole.
    private const int Overlap = 500;

    private static readonly Regex Address = new(@"[^\s@<>""]+@[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*", RegexOptions.NonBacktracking);

    // Digits of all scripts, and two or more number characters of Chinese and Japanese, which are no entities.
    private static readonly Regex Digits =
        new(@"\p{N}+([.,:/-]\p{N}+)*|[〇零一二三四五六七八九十百千万億亿萬兩两]{2,}", RegexOptions.NonBacktracking);

    /// <summary>The words of a text, with number words as digits unless the session is in another language than English.</summary>
    public List<Word> Read(string text) => (ReadingRules.Of(settings.Language, text) with
    {
        IsEnglish = settings.Language is null || English.IsSpoken(settings.Language, "", ""),
    }).Read(text);

    /// <summary>What is redacted in a text, in order; <paramref name="known"/>: values that are redacted wherever they stand.</summary>
    public ImmutableArray<RedactedSpan> Find(string text, params ReadOnlySpan<KnownTerms> known)
    {
        var cover = new Cover(text.Length);
        foreach (var pattern in settings.Own)
        {
            foreach (Match match in pattern.Matches(text)) cover.Add(match.Index, match.Index + match.Length, Redacted);
        }
        for (var at = 0; at < text.Length;)
        {
            var end = EndOfPiece(text, at);
            Entities(text[at..end], at, cover);
            at = end == text.Length ? end : StartOfPiece(text, end - Overlap);
        }
        var (asRead, asWritten) = (Read(text), WordReader.Read(text));
        foreach (var terms in known)
        {
            foreach (var words in (List<Word>[])[asRead, asWritten])
            {
                foreach (var (first, last, label) in terms.Find(words)) cover.Add(words[first].Start, words[last - 1].End, label);
            }
        }
        foreach (var match in Address.EnumerateMatches(text)) cover.Add(match.Index, match.Index + match.Length, "email");
        foreach (var match in Digits.EnumerateMatches(text)) cover.Add(match.Index, match.Index + match.Length, "number");
        return cover.Spans();
    }

    /// <summary>The text with each span replaced by its label in brackets.</summary>
    public static string Replace(string text, ImmutableArray<RedactedSpan> spans)
    {
        if (spans.IsEmpty) return text;
        var redacted = new StringBuilder(text.Length);
        var at = 0;
        foreach (var span in spans)
        {
            redacted.Append(text, at, span.Start - at).Append('[').Append(span.Label).Append(']');
            at = span.End;
        }
        return redacted.Append(text, at, text.Length - at).ToString();
    }

    // As many passes as it takes: each finds a limited number of entities.
    private void Entities(string piece, int offset, Cover cover)
    {
        for (var rest = piece; ;)
        {
            var words = Read(rest);
            var found = settings.Entities.Find(rest, words, settings.Language);
            if (found.Count == 0) return;
            var blank = rest.ToCharArray();
            foreach (var entity in found)
            {
                var (start, end) = Place(entity, words, rest);
                cover.Add(offset + start, offset + end, entity.Kind);
                blank.AsSpan(start, end - start).Fill(' ');
            }
            if (found.Count < EntityReader.MaxEntities) return;
            rest = new string(blank);
        }
    }

    // Without words that no name consists of at its ends, and with the sign of a currency or of a number abroad before it.
    private (int Start, int End) Place(FoundEntity entity, List<Word> words, string text)
    {
        var (first, last) = (entity.First, entity.End - 1);
        while (entity.IsText && first < last && settings.NoNames.Contains(words[first].Key)) first++;
        while (entity.IsText && last > first && settings.NoNames.Contains(words[last].Key)) last--;
        var start = words[first].Start;
        while (start > 0 && (text[start - 1] == '+' || char.GetUnicodeCategory(text[start - 1]) == UnicodeCategory.CurrencySymbol)) start--;
        return (start, words[last].End);
    }

    private static int StartOfPiece(string text, int at)
    {
        var blank = text.AsSpan(at, Overlap).IndexOf(' ');
        return blank < 0 ? at : at + blank;
    }

    // Between two words, if there is a blank in the second half of the piece.
    private static int EndOfPiece(string text, int start)
    {
        if (text.Length - start <= Piece) return text.Length;
        var blank = text.AsSpan(start + Piece / 2, Piece / 2).LastIndexOf(' ');
        return blank < 0 ? start + Piece : start + Piece / 2 + blank;
    }

    // The label of each character; what was found first counts.
    private sealed class Cover(int length)
    {
        private readonly byte[] _labels = new byte[length];
        private readonly List<string> _names = [""];

        public void Add(int start, int end, string label)
        {
            var name = _names.IndexOf(label);
            if (name < 0 && _names.Count > byte.MaxValue) name = 1;
            if (name < 0)
            {
                name = _names.Count;
                _names.Add(label);
            }
            foreach (ref var one in _labels.AsSpan(start, end - start))
            {
                if (one == 0) one = (byte)name;
            }
        }

        public ImmutableArray<RedactedSpan> Spans()
        {
            var spans = ImmutableArray.CreateBuilder<RedactedSpan>();
            for (var at = 0; at < _labels.Length;)
            {
                var rest = _labels.AsSpan(at);
                var end = rest.IndexOfAnyExcept(rest[0]);
                end = end < 0 ? _labels.Length : at + end;
                if (rest[0] != 0) spans.Add(new(at, end, _names[rest[0]]));
                at = end;
            }
            return spans.ToImmutable();
        }
    }
}
