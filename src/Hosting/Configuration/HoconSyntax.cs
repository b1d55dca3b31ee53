using System.Globalization;

namespace RealtimeAkka.Hosting.Configuration;

/// <summary>
/// The part of HOCON that configuration files use: blocks, keys and texts. Everything else is refused, because Akka's parser misreads
/// malformed text, and hangs or crashes on some of it.
/// </summary>
/// <remarks>
/// <code>
/// file  = "{" fields "}" / fields
/// field = path "{" fields "}" / path ("=" / ":") value [","]    ; one per line, or separated by commas
/// path  = name *("." name)
/// name  = unquoted / quoted                                     ; quoted: neither dots nor escapes
/// value = "{" fields "}" / quoted / triple-quoted / words       ; begins on the line of its key
/// </code>
/// </remarks>
public sealed class HoconSyntax
{
    /// <summary>Maximum characters in the full path of a key; also limits how deep blocks can be nested.</summary>
    public const int MaxPath = 256;

    /// <summary>Maximum characters in one value.</summary>
    public const int MaxValue = 64 * 1024;

    /// <summary>Maximum keys in one file, blocks included.</summary>
    public const int MaxKeys = 10_000;

    private const string NeverUnquoted = "$\"{}[]:=,#`^?!@*&\\";
    private const string KeyHint = "Remove it, or put a key with special characters in quotes";
    private const string TextHint = "Put the whole text in quotes if it has special characters";

    private readonly string _text;
    private readonly string _origin;
    private int _at;
    private int _keys;

    private HoconSyntax(string text, string origin) => (_text, _origin) = (text, origin);

    /// <summary>Throws <see cref="ConfigException"/> with <paramref name="origin"/>, line and column for any other text.</summary>
    public static void Check(string text, string origin) => new HoconSyntax(text, origin).CheckFile();

    /// <summary>Whether <paramref name="path"/> is the path of a key without quotes.</summary>
    public static bool IsPath(string path) =>
        path.Length <= MaxPath && path.Split('.')
        .All(name => name.Length > 0 && name.All(IsKeyCharacter) && !name.Contains("//", StringComparison.Ordinal));

    private char Peek => _at < _text.Length ? _text[_at] : '\0';

    private bool AtEnd => _at == _text.Length;

    private bool AtLineEnd => AtEnd || Peek is '\r' or '\n';

    private bool AtComment => Peek == '#' || Is("//");

    private bool AtWord => !AtEnd && !AtComment && IsUnquoted(Peek);

    private void CheckFile()
    {
        CheckCharacters();
        SkipToContent();
        int? brace = Peek == '{' ? _at++ : null;
        CheckFields(brace, pathLength: 0);
        SkipToContent();
        if (!AtEnd) throw Error(Peek == '}' ? "this '}' closes nothing. Remove it"
            : "nothing can follow the '}' that closes the file's first '{'. Move it inside");
    }

    // Editors do not show control characters, and a binary file has many.
    private void CheckCharacters()
    {
        for (; !AtEnd; _at++)
        {
            if (char.IsControl(Peek) && Peek is not ('\t' or '\n') && !Is("\r\n"))
                throw Error($"the control character U+{(int)Peek:X4} is not allowed. Remove it");
        }
        _at = 0;
    }

    /// <summary>Reads fields and the brace that closes the one at <paramref name="brace"/>; null: the file has no outer braces.</summary>
    private void CheckFields(int? brace, int pathLength)
    {
        for (SkipToContent(); !AtEnd && Peek != '}'; SkipToContent()) CheckField(pathLength);
        if (brace is not { } open) return;
        if (AtEnd) throw Error($"the '{{' at {TextFile.Position(_text, open)} is not closed. Add a '}}'");
        _at++;
    }

    private void CheckField(int pathLength)
    {
        if (++_keys > MaxKeys) throw Error($"this is key number {MaxKeys + 1}; a file has at most {MaxKeys}. Use fewer");
        var start = _at;
        pathLength = CheckPath(pathLength);
        var isInclude = _text.AsSpan(start, _at - start) is "include";
        SkipBlanks();
        switch (Peek)
        {
            case '{':
                CheckFields(_at++, pathLength);
                SkipBlanks();
                if (Peek == ',') throw Error("a comma cannot follow KEY { ... }. Remove it");
                break;
            case '=' or ':':
                _at++;
                SkipBlanks();
                CheckValue(pathLength);
                SkipBlanks();
                if (Peek == ',')
                {
                    _at++;
                    return;
                }
                break;
            case '+' when Is("+="):
                throw Error("'+=' is not supported. Write the whole value after '='");
            case var _ when isInclude:
                _at = start;
                throw Error("include is not supported. Give each file a --config of its own");
            default:
                throw Unexpected("'=', ':' or '{' after the key", KeyHint);
        }
        if (!AtLineEnd && !AtComment && Peek != '}') throw Unexpected("the end of the line", TextHint);
    }

    /// <summary>Reads a path and returns the length of the full path, including the enclosing blocks.</summary>
    private int CheckPath(int pathLength)
    {
        var start = _at;
        do
        {
            var name = _at;
            if (Peek == '"') CheckQuotedName();
            else while (AtWord && IsKeyCharacter(Peek)) _at++;
            if (_at == name) throw Unexpected("a key", KeyHint);
            pathLength += _at - name + 1;
            if (pathLength > MaxPath)
            {
                _at = start;
                throw Error($"the full path of this key has more than {MaxPath} characters. Use shorter names, or fewer blocks inside each other");
            }
        }
        while (Peek == '.' && _at++ >= 0);
        return pathLength;
    }

    private void CheckQuotedName()
    {
        var start = _at;
        CheckQuoted();
        var name = _text.AsSpan(start + 1, _at - start - 2);
        if (name.Length > 0 && name.IndexOfAny('.', '\\') < 0) return;
        _at = start;
        throw Error("a key in quotes is not empty and has neither dots nor backslashes. Write A.B or A { B } for a key in a block");
    }

    private void CheckValue(int pathLength)
    {
        var start = _at;
        if (Peek == '{')
        {
            CheckFields(_at++, pathLength);
            return;
        }
        if (Is("\"\"\"")) CheckTripleQuoted();
        else if (Peek == '"') CheckQuoted();
        else CheckWords();
        if (_at - start <= MaxValue) return;
        _at = start;
        throw Error($"this value has more than {MaxValue} characters. Shorten it");
    }

    private void CheckWords()
    {
        if (!AtWord) throw Unexpected("a value", TextHint);
        while (AtWord)
        {
            while (AtWord) _at++;
            SkipBlanks();
        }
    }

    private void CheckTripleQuoted()
    {
        var end = _text.IndexOf("\"\"\"", _at + 3, StringComparison.Ordinal);
        if (end < 0) throw Error("the text that begins with these three quotes does not end. Add \"\"\"");
        _at = end + 3;
    }

    private void CheckQuoted()
    {
        var start = _at++;
        while (Peek != '"')
        {
            if (AtLineEnd)
            {
                _at = start;
                throw Error("the text in quotes that begins here does not end on its line. Add a '\"', or write three quotes around several lines");
            }
            if (Peek == '\\') CheckEscape();
            else _at++;
        }
        _at++;
    }

    // Half a pair of surrogates is not a character, and U+0000 would end a file name.
    private void CheckEscape()
    {
        if (Code(_at) is not { } code)
        {
            if (!"\"\\/bfnrt".Contains(_at + 1 < _text.Length ? _text[_at + 1] : ' ', StringComparison.Ordinal))
                throw Error("this is not an escape sequence. Write \\\\ for a backslash");
            _at += 2;
        }
        else if (char.IsHighSurrogate(code) && Code(_at + 6) is { } low && char.IsLowSurrogate(low)) _at += 12;
        else if (code == '\0' || char.IsSurrogate(code)) throw Error($"\\u{(int)code:X4} is not a character. Remove it");
        else _at += 6;
    }

    /// <summary>The UTF-16 code of the escape sequence \uXXXX at <paramref name="at"/>; null where there is none.</summary>
    private char? Code(int at) =>
        at + 6 <= _text.Length && _text.AsSpan(at, 2) is "\\u"
        && ushort.TryParse(_text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) ? (char)code
        : null;

    private void SkipBlanks()
    {
        while (Peek is ' ' or '\t') _at++;
    }

    private void SkipToContent()
    {
        while (!AtEnd)
        {
            if (AtComment) _at = _text.IndexOf('\n', _at) is >= 0 and var end ? end : _text.Length;
            else if (Peek is ' ' or '\t' or '\r' or '\n') _at++;
            else return;
        }
    }

    private bool Is(string expected) => string.CompareOrdinal(_text, _at, expected, 0, expected.Length) == 0;

    private static bool IsUnquoted(char c) =>
        !char.IsWhiteSpace(c) && !NeverUnquoted.Contains(c, StringComparison.Ordinal)
        && char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format);

    private static bool IsKeyCharacter(char c) => IsUnquoted(c) && c is not ('.' or '+');

    private ConfigException Unexpected(string expected, string hint) => Peek switch
    {
        '$' => Error("substitutions such as ${a.b} are not supported. Write the value itself, or put a $ in quotes"),
        '[' => Error("lists are not supported. Write one text in quotes, such as \"a, b\""),
        _ when AtEnd => Error($"expected {expected}, found the end of the file. Complete it"),
        '\r' or '\n' => Error($"expected {expected}, found the end of the line. Complete it"),
        var c when IsUnquoted(c) || NeverUnquoted.Contains(c, StringComparison.Ordinal)
            => Error($"expected {expected}, found '{c}'. {hint}"),
        var c => Error($"expected {expected}, found the character U+{(int)c:X4}. {hint}"),
    };

    private ConfigException Error(string complaint) => new($"{_origin}, {TextFile.Position(_text, _at)}: {complaint}.");
}
