using System.Text.Json;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Pure.Tests.Configuration;

/// <summary>
/// An independent reader of the HOCON that <see cref="Hosting.Configuration.HoconSyntax"/> accepts, for comparison: it splits text by a
/// regular expression and replaces values at the same path. The result for malformed text is arbitrary.
/// </summary>
internal static partial class SimpleHocon
{
    public static Dictionary<string, string> Read(string text)
    {
        var values = new Dictionary<string, string>();
        var blocks = new Stack<string>([""]);
        var (key, value, isValue) = ("", "", false);
        foreach (var piece in Piece().Matches(text + "\n").Where(piece => !piece.Groups["comment"].Success))
        {
            switch (piece)
            {
                case { Value: "{" }:
                    blocks.Push(blocks.Peek() + key + (key.Length > 0 ? "." : ""));
                    Replace(values, blocks.Peek(), null);
                    (key, value, isValue) = ("", "", false);
                    break;
                case { Value: "=" or ":" }:
                    isValue = true;
                    break;
                case var _ when piece.Groups["end"].Success:
                    if (isValue) Replace(values, blocks.Peek() + key, Value(value));
                    (key, value, isValue) = ("", "", false);
                    if (piece.Value == "}") blocks.Pop();
                    break;
                default:
                    if (isValue) value += piece.Value;
                    else key += piece.Value.Trim(' ', '\t', '\r', '"');
                    break;
            }
        }
        return values;
    }

    // A text replaces the block of the same name, and a block (its path ends with a dot) the text of the same name.
    private static void Replace(Dictionary<string, string> values, string path, string? value)
    {
        var name = path.TrimEnd('.');
        foreach (var gone in values.Keys.Where(
            known => name.StartsWith(known + ".", StringComparison.Ordinal) || known == name
            || (value is not null && known.StartsWith(name + ".", StringComparison.Ordinal))).ToList()) values.Remove(gone);
        if (value is not null) values[name] = value;
    }

    private static string Value(string text) => text.Trim(' ', '\t', '\r') switch
    {
        ['"', '"', '"', .. var inside, '"', '"', '"'] => inside,
        ['"', ..] quoted => JsonSerializer.Deserialize<string>(quoted.Replace("\t", "\\t", StringComparison.Ordinal))!,
        var words => words,
    };

    [GeneratedRegex("""
        "{3}.*?"{3} | "(\\.|[^"\\])*" | (?<comment>(\#|//)[^\n]*) | (?<end>[\n,}]) | [{=:] | [\ \t\r]+ | ((?!//)[^\s{}=:,"\#])+
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Piece();
}
