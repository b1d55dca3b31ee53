using System.Text;

namespace RealtimeAkka.Hearing;

/// <summary>
/// A transcript as entities are looked for in it: number words are digits, digits and letters of other widths are ASCII, all else is as
/// written. Each word knows where it stands.
/// </summary>
public sealed class SpokenText
{
    private readonly int[] _starts, _ends;

    private SpokenText(string text, int[] starts, int[] ends) => (Text, _starts, _ends) = (text, starts, ends);

    /// <summary>The text that patterns are matched with.</summary>
    public string Text { get; }

    /// <summary>The text of a transcript and its words, in their order.</summary>
    public static SpokenText Of(string transcript, IReadOnlyList<Word> words)
    {
        var text = new StringBuilder(transcript.Length);
        var (starts, ends) = (new int[words.Count], new int[words.Count]);
        var at = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            // Several words may be read from one place: "double five", "$5".
            if (word.Start > at || (i > 0 && word.Start >= at)) Append(text, transcript.AsSpan(at, word.Start - at));
            else if (i > 0 && char.IsAsciiDigit(word.Key[0])) text.Append(' ');
            starts[i] = text.Length;
            if (char.IsAsciiDigit(word.Key[0])) text.Append(word.Key);
            else if (word.Start >= at) Append(text, transcript.AsSpan(word.Start, word.End - word.Start));
            ends[i] = text.Length;
            at = Math.Max(at, word.End);
        }
        Append(text, transcript.AsSpan(at));
        return new(text.ToString(), starts, ends);
    }

    /// <summary>The words of a part of the text: the first, and the one after the last. Equal if there is none.</summary>
    public (int First, int End) Words(int start, int length)
    {
        var first = Array.BinarySearch(_ends, start + 1);
        if (first < 0) first = ~first;
        while (first > 0 && _ends[first - 1] > start) first--;
        var end = first;
        while (end < _starts.Length && _starts[end] < start + length) end++;
        return (first, end);
    }

    // Full-width forms are ASCII with an offset; line breaks are spaces, so that a pattern needs to know one kind of blank only.
    private static void Append(StringBuilder to, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            to.Append(c switch
            {
                >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
                '’' or 'ʼ' or '‘' => '\'',
                '‐' or '‑' or '–' => '-',
                _ when char.IsWhiteSpace(c) => ' ',
                _ => c,
            });
        }
    }
}
