using System.Globalization;
using System.Text.RegularExpressions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>When a task runs. An immutable value without history.</summary>
public sealed partial record TaskTrigger
{
    // Characters searched: what a pattern looks for is in the first page of a turn, or not at all.
    private const int MaxText = 10_000;

    private TaskTrigger() { }

    /// <summary>The syntax of a trigger.</summary>
    public const string Syntax =
        "every-turn, every N turns, on-end, on-demand, on-disagreement >= RATE, on-conflict or on-match REGEX; "
        + "several are separated by commas, on-match last";

    /// <summary>At every so many turns; null: not by count.</summary>
    public int? Every { get; private init; }

    /// <summary>When the session ends.</summary>
    public bool OnEnd { get; private init; }

    /// <summary>At turns whose transcripts differ by at least this word error rate, as a fraction.</summary>
    public double? Disagreement { get; private init; }

    /// <summary>At turns whose transcripts are in conflict, or one of which looks made up.</summary>
    public bool OnConflict { get; private init; }

    /// <summary>At turns where either transcript matches this.</summary>
    public Regex? Match { get; private init; }

    /// <summary>Reads <see cref="Syntax"/>. Throws <see cref="FormatException"/> for anything else.</summary>
    public static TaskTrigger Parse(string text)
    {
        var trigger = new TaskTrigger();
        for (var rest = text.Trim(); rest.Length > 0;)
        {
            if (rest.StartsWith("on-match ", StringComparison.Ordinal))
                return trigger with { Match = Pattern(rest["on-match ".Length..].Trim()) };

            var comma = rest.IndexOf(',', StringComparison.Ordinal);
            trigger = trigger.With(comma < 0 ? rest : rest[..comma].Trim());
            rest = comma < 0 ? "" : rest[(comma + 1)..].Trim();
        }
        return text.Trim().Length > 0 ? trigger : throw new FormatException("there is no trigger");
    }

    /// <summary>
    /// Whether the task runs at this turn. An amended turn may match now; it does not count as another turn.
    /// </summary>
    public bool IsDue(TurnRecord turn) =>
        (turn is TurnJoined && Every is { } every && turn.Turn % every == 0)
        || (Disagreement is { } least && turn.Agreement?.Wer >= least)
        || (OnConflict && turn.Verdict is (Verdict.Conflict or Verdict.Suspect))
        || (Match is { } pattern && (Has(pattern, turn.Oob.Text) || Has(pattern, turn.Asr.Text)));

    private TaskTrigger With(string one) => one switch
    {
        "every-turn" => this with { Every = 1 },
        "on-end" => this with { OnEnd = true },
        "on-conflict" => this with { OnConflict = true },
        "on-demand" => this,
        _ when Turns().Match(one) is { Success: true } turns
            && int.TryParse(turns.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var every) && every > 0
            => this with { Every = every },
        _ when Rate().Match(one) is { Success: true } rate
            => this with { Disagreement = double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture) },
        _ => throw new FormatException($"'{one}' is none"),
    };

    private static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{pattern}' is no regular expression that can be used here: {e.Message.TrimEnd('.')}", e);
        }
    }

    private static bool Has(Regex pattern, string? text) =>
        text is not null && pattern.IsMatch(text.AsSpan(0, Math.Min(text.Length, MaxText)));

    [GeneratedRegex(@"^every (\d{1,4}) turns$")]
    private static partial Regex Turns();

    [GeneratedRegex(@"^on-disagreement >= (\d(?:\.\d{1,4})?)$")]
    private static partial Regex Rate();
}
