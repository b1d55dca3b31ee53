using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Pages;

/// <summary>
/// The frame of a page that is one file and needs nothing else: no server, no other address, no style and no script but its own. Words are
/// text and never markup.
/// </summary>
/// <param name="Kind">What the page is, beside the name of the program.</param>
/// <param name="Title">Its title, any text.</param>
/// <param name="At">The time that it shows in its head, UTC.</param>
/// <param name="Styles">Its styles, names of parts of this program.</param>
/// <param name="Script">Its script, the name of a part.</param>
/// <param name="Media">Where its sounds come from, as sources of a content security policy.</param>
public sealed record HtmlPage(
    string Kind, string Title, DateTimeOffset At, IReadOnlyList<string> Styles, string Script, string Media = "data:")
{
    /// <summary>Everything before the content of <c>main</c>.</summary>
    public string Begin()
    {
        var style = string.Concat(Styles.Select(Part));
        var policy = $"default-src 'none'; style-src {Hash(style)}; script-src {Hash(Part(Script))}; media-src {Media}; base-uri 'none'; "
            + "form-action 'none'";
        return string.Create(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <title>{Text(Title)} - {Kind}</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <style>{style}</style>
            </head>
            <body>
            <header class="bar">{Part("icon.svg")}<p class="brand">RealtimeAkka <span>{Kind}</span></p>
            <p class="when">{At:yyyy-MM-dd HH:mm} UTC</p></header>
            <main>

            """);
    }

    /// <summary>Everything behind it; <paramref name="footer"/> is HTML.</summary>
    public string End(string footer) => $"""
        </main>
        <footer>{footer}</footer>
        <script>{Part(Script)}</script>
        </body>
        </html>

        """;

    /// <summary>Text in HTML: escaped, with what shows nothing or turns the direction of text replaced.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(TerminalText.Safe(text));

    /// <summary>
    /// The address of a file as seen from a page in <paramref name="directory"/>. A path that begins with a name and a colon would be a
    /// scheme, so each part is escaped.
    /// </summary>
    public static string Address(string path, string directory) => string.Join('/', Path.GetRelativePath(directory, path)
        .Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));

    /// <summary>Writes a page into a file that its owner alone can read, all of it or nothing.</summary>
    public static void Write(string path, string html)
    {
        var draft = path + ".new";
        using (var writer = new StreamWriter(PrivateFiles.Create(draft, FileMode.Create))) writer.Write(html);
        File.Move(draft, path, overwrite: true);
    }

    private static string Hash(string inline) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)))}'";

    private static string Part(string name)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream($"Pages/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>Builds HTML.</summary>
internal static class HtmlBuilder
{
    /// <summary>Adds a part, with numbers as in the records.</summary>
    public static void Add(this StringBuilder html, FormattableString part) => html.Append(part.ToString(CultureInfo.InvariantCulture));
}
