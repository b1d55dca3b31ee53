using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace RealtimeAkka.Hearing;

/// <summary>How the text of an entity is brought into one form, so that two ways to write it are equal.</summary>
public enum EntityForm
{
    /// <summary>The folded words: <c>dana whitlock</c>.</summary>
    Words,
    /// <summary>Capitalised words as written, without those that stand at a sentence's start only: <c>Dana Whitlock</c>.</summary>
    Name,
    /// <summary>A number: <c>1250.5</c>.</summary>
    Number,
    /// <summary>Three or more letters: <c>WHITLOCK</c>.</summary>
    Spelled,
    /// <summary>At least four letters and digits, with at least two letters, or one that stands at a digit: <c>ABCD1234</c>.</summary>
    Code,
    /// <summary>At least seven digits: <c>+15551234567</c>.</summary>
    Phone,
    /// <summary>ISO 8601: <c>2026-03-05</c>, without a year <c>--03-05</c>. Groups: year, month (number or name), day.</summary>
    Date,
    /// <summary>24 hours: <c>14:30</c>. Groups: hour, minute, half (a or p).</summary>
    Time,
    /// <summary>A currency and an amount: <c>USD 1250</c>. Groups: amount, cents, currency.</summary>
    Money,
    /// <summary>An address: <c>dana.whitlock@example.com</c>.</summary>
    Email,
}

/// <summary>What an entity looks like. A linear-time regular expression: no look-around, no back references.</summary>
public sealed record EntityPattern
{
    private readonly Lazy<Regex> _regex;

    /// <summary>A pattern, completed by <see cref="EntityWords"/>. It is built when it is first needed, which takes milliseconds.</summary>
    public EntityPattern(string kind, string pattern, EntityForm form)
    {
        (Kind, Form) = (kind, form);
        _regex = new(() => new Regex(
            EntityWords.Complete(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture));
    }

    /// <summary>The kind of entity, such as <c>email</c>.</summary>
    public string Kind { get; }

    /// <summary>The form that its values are compared in.</summary>
    public EntityForm Form { get; }

    /// <summary>Languages, as ISO 639 codes, in which it is not looked for.</summary>
    public ImmutableArray<string> NotIn { get; init; } = [];

    /// <summary>Folded words that are never a name, such as weekdays and the first words of sentences.</summary>
    public ImmutableHashSet<string> NoNames { get; init; } = [];

    /// <summary>Whether it is looked for in this language; null: the language is not known.</summary>
    public bool AppliesTo(string? language)
    {
        foreach (var code in NotIn)
        {
            if (language?.StartsWith(code, StringComparison.OrdinalIgnoreCase) == true) return false;
        }
        return true;
    }

    /// <summary>The first match, of which the next one can be asked; null: there is none.</summary>
    // Most patterns match no turn, and only to say so costs no memory.
    public Match? Match(string text) => _regex.Value.IsMatch(text) ? _regex.Value.Match(text) : null;

    /// <summary>
    /// Builds it now. Throws <see cref="ArgumentException"/> or <see cref="NotSupportedException"/> if it is no linear-time regular
    /// expression.
    /// </summary>
    public void Build() => _ = _regex.Value;
}
