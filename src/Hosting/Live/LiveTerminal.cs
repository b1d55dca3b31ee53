using System.Collections.Immutable;
using System.Text;

namespace RealtimeAkka.Hosting.Live;

/// <summary>What the terminal of a live view is sent, and whether it can show one: pure.</summary>
public static class LiveTerminal
{
    /// <summary>Less than this shows nothing of use.</summary>
    public const int MinWidth = 20, MinHeight = 5;

    // Nobody has a larger screen; a terminal that says so would be sent megabytes.
    private const int MaxWidth = 500, MaxHeight = 200;

    private const string BeginFrame = "\e[?2026h", EndFrame = "\e[?2026l"; // drawn at once, by terminals that know it

    /// <summary>The alternate screen, no cursor, and no line break at the right edge, whatever a character's width.</summary>
    public const string Enter = "\e[?1049h\e[?25l\e[?7l\e[2J";

    /// <summary>Everything as it was before, also the keypad, which the runtime switches to application mode.</summary>
    public const string Leave = EndFrame + "\e[0m\e[?7h\e[?25h\e[?1049l\e[?1l\e>";

    /// <summary>A terminal that does not know its size, or lies about it, has that of old.</summary>
    public static (int Width, int Height) Size(int width, int height, (int Width, int Height) last = default)
    {
        if (width > 0 && height > 0) return (Math.Min(width, MaxWidth), Math.Min(height, MaxHeight));
        return last.Width > 0 ? last : (80, 24);
    }

    /// <summary>Why a run cannot be shown live; null: it can.</summary>
    /// <param name="isJson">Records go to stdout.</param>
    /// <param name="isRedirected">stdout is no terminal.</param>
    /// <param name="term">The environment variable <c>TERM</c>.</param>
    /// <param name="size">The size of the terminal.</param>
    public static string? Refusal(bool isJson, bool isRedirected, string? term, (int Width, int Height) size) =>
        isJson ? "--json writes records"
        : isRedirected ? "stdout is no terminal"
        : term is null or "" or "dumb" ? $"a terminal with TERM={term ?? ""} takes lines only"
        : size.Width < MinWidth || size.Height < MinHeight ? $"the terminal has less than {MinWidth} x {MinHeight} characters"
        : null;

    /// <summary>What changes one screen into another, to be written at once; empty if they are equal.</summary>
    /// <param name="before">The lines that are shown; null: unknown, so the screen is cleared.</param>
    /// <param name="after">The lines to show.</param>
    public static string Change(ImmutableArray<string>? before, ImmutableArray<string> after)
    {
        var text = new StringBuilder();
        for (var line = 0; line < after.Length; line++)
        {
            if (before is { } shown && line < shown.Length && shown[line] == after[line]) continue;
            if (text.Length == 0) text.Append(BeginFrame).Append(before is null ? "\e[0m\e[2J" : "");
            text.Append($"\e[{line + 1};1H\e[0m\e[2K").Append(after[line]);
        }
        return text.Length == 0 ? "" : text.Append(EndFrame).ToString();
    }
}
