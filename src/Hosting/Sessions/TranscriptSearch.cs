using System.Text.RegularExpressions;
using RealtimeAkka.Hearing;
using RealtimeAkka.Hosting.Configuration;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>A line of a transcript in which something was found.</summary>
/// <param name="Turn">The turn; null: an answer to none.</param>
/// <param name="Who"><c>oob</c>, <c>asr</c> or <c>assistant</c>.</param>
/// <param name="Line">The line as written.</param>
/// <param name="Places">Where it was found, in UTF-16 units; the end is exclusive.</param>
public sealed record TranscriptMatch(int? Turn, string Who, string Line, IReadOnlyList<(int Start, int End)> Places);

/// <summary>
/// Finds words in transcripts: the caller's by both methods, and the assistant's. Case, punctuation and the forms of a letter make no
/// difference, and accents none unless the words have some.
/// </summary>
public sealed class TranscriptSearch
{
    // A line is searched in linear time; the limit is for expressions that cannot be.
    private static readonly TimeSpan PerLine = TimeSpan.FromSeconds(2);

    private readonly Func<string, IReadOnlyList<(int, int)>> _find;

    private TranscriptSearch(Func<string, IReadOnlyList<(int, int)>> find) => _find = find;

    /// <summary>Looks for these words. Throws <see cref="ConfigException"/> if there are none.</summary>
    public static TranscriptSearch For(string words)
    {
        var (query, keepsAccents) = FoldedText.Query(words);
        return query.IsEmpty
            ? throw new ConfigException("The text to search for has no letter and no digit. Punctuation is found with --regex.")
            : new(line => [.. FoldedText.Of(line, keepsAccents).Find(query)]);
    }

    /// <summary>
    /// Looks for what matches a regular expression of .NET, whatever the case. Throws <see cref="ConfigException"/> if it is none.
    /// </summary>
    public static TranscriptSearch ForPattern(string pattern)
    {
        const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;
        Regex regex;
        try
        {
            try
            {
                regex = new Regex(pattern, Options | RegexOptions.NonBacktracking);
            }
            catch (NotSupportedException)
            {
                regex = new Regex(pattern, Options, PerLine); // with a reference back or a look around
            }
        }
        catch (ArgumentException e)
        {
            throw new ConfigException($"--regex '{StrictConfig.Shown(pattern)}' is no regular expression: {e.Message}", e);
        }
        return new(line => Find(regex, line));
    }

    /// <summary>
    /// The matches in a session's records, in conversation order. Of a turn published more than once, the last record counts.
    /// </summary>
    public IEnumerable<TranscriptMatch> In(IReadOnlyList<RecordLine> lines)
    {
        var last = new Dictionary<int, TurnRecord>();
        foreach (var turn in lines.Select(line => line.Record).OfType<TurnRecord>()) last[turn.Turn] = turn;
        // The record of an answer may come before that of its turn.
        return lines.Select(line => line.Record).SelectMany(record => record switch
        {
            TurnAmended => [],
            TurnRecord turn => Of(last[turn.Turn]),
            AssistantReplied answer => In(answer.Text, answer.Turn, "assistant"),
            _ => [],
        }).OrderBy(match => match.Turn ?? 0).ThenBy(match => match.Who == "assistant");
    }

    private IEnumerable<TranscriptMatch> Of(TurnRecord turn) =>
        [.. In(turn.Oob.Text, turn.Turn, "oob"), .. In(turn.Asr.Text, turn.Turn, "asr")];

    private IEnumerable<TranscriptMatch> In(string? text, int? turn, string who) =>
        from line in (text ?? "").ReplaceLineEndings("\n").Split('\n')
        let places = _find(line)
        where places.Count > 0
        select new TranscriptMatch(turn, who, line, places);

    private static IReadOnlyList<(int, int)> Find(Regex regex, string line)
    {
        try
        {
            return [.. regex.Matches(line).Where(match => match.Length > 0).Select(match => (match.Index, match.Index + match.Length))];
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ConfigException("--regex takes too long: write it without a reference back or a look around.", e);
        }
    }
}
