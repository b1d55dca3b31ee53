using System.Globalization;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>The text and where we are in it. Every complaint names line and column.</summary>
internal sealed class HoconReader(string text)
{
    private const string NotInUnquotedText = "$\"{}[]:=,#`^?!@*&\\";

    private int _at;

    public bool AtEnd => _at >= text.Length;
    public char Peek => AtEnd ? '\0' : text[_at];

    public bool Is(string expected) => string.CompareOrdinal(text, _at, expected, 0, expected.Length) == 0;

    public bool TryTake(string expected)
    {
        if (!Is(expected))
            return false;
        _at += expected.Length;
        return true;
    }

    public FormatException Error(string complaint)
    {
        var before = text.AsSpan(0, Math.Min(_at, text.Length));
        return new FormatException($"{complaint} at line {before.Count('\n') + 1}, column {before.Length - before.LastIndexOf('\n')}");
    }

    /// <summary>Spaces within a line.</summary>
    public string TakeBlanks() => TakeWhile(c => c is ' ' or '\t' or '\r' or '\u00a0');

    /// <summary>Spaces, lines and comments; true if there was the end of a line.</summary>
    public bool SkipToContent()
    {
        var start = _at;
        while (!AtEnd)
        {
            if (Peek == '#' || Is("//"))
                TakeWhile(c => c != '\n');
            else if (char.IsWhiteSpace(Peek) || Peek == '\uFEFF')
                _at++;
            else
                break;
        }
        return text.AsSpan(start, _at - start).Contains('\n');
    }

    public bool AtUnquoted => !AtEnd && !char.IsWhiteSpace(Peek) && !Is("//") && !NotInUnquotedText.Contains(Peek);

    public string TakeUnquoted() => TakeWhile(_ => AtUnquoted);

    public string TakeUnquotedKey() => TakeWhile(c => c != '.' && (AtUnquoted && !Is("+=") || c is ' ' or '\t')).Trim();

    /// <summary>A string in three quotes: taken as it is, over any number of lines.</summary>
    public string TakeTripleQuoted()
    {
        var end = text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
        if (end < 0)
            throw Error("A text in triple quotes is not closed; it begins");
        var taken = text[(_at + 3)..end];
        _at = end + 3;
        return taken;
    }

    public string TakeQuoted()
    {
        var begin = _at++;
        var taken = new StringBuilder();
        while (Peek != '"')
        {
            if (AtEnd || Peek == '\n')
            {
                _at = begin;
                throw Error("A quoted text is not closed; it begins");
            }
            taken.Append(Peek == '\\' ? TakeEscape() : text[_at++]);
        }
        _at++;
        return taken.ToString();
    }

    private char TakeEscape()
    {
        _at += 2;
        switch (_at <= text.Length ? text[_at - 1] : '\0')
        {
            case '"': return '"';
            case '\\': return '\\';
            case '/': return '/';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when _at + 4 <= text.Length && ushort.TryParse(text.AsSpan(_at, 4), NumberStyles.HexNumber, NumberFormatInfo.InvariantInfo, out var code):
                _at += 4;
                return (char)code;
            default:
                throw Error("Unknown escape sequence");
        }
    }

    private string TakeWhile(Func<char, bool> wanted)
    {
        var start = _at;
        while (!AtEnd && wanted(Peek))
            _at++;
        return text[start.._at];
    }
}
