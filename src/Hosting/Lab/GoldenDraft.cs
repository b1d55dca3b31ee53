using System.Collections.Immutable;
using System.Text.Json;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>A recorded turn that may become a golden one.</summary>
/// <param name="Turn">Its number in the session.</param>
/// <param name="FromMs">Where its sound begins in <c>input.wav</c>, in ms.</param>
/// <param name="ToMs">Where it ends.</param>
/// <param name="Oob">The model's transcript; empty: it heard nothing; null: there is none.</param>
/// <param name="Asr">The built-in one.</param>
/// <param name="IsAgreed">Both say the same, and neither looks made up: the model's text is the reference.</param>
public sealed record GoldenDraft(int Turn, long FromMs, long ToMs, string? Oob, string? Asr, bool IsAgreed)
{
    /// <summary>Sound around a turn, as far as no other speech lies there: detection cuts off soft beginnings and ends.</summary>
    public const int MarginMs = 300;

    private const long LongestMs = 10 * 60_000;

    /// <summary>
    /// The turns of a session with their places in its recording of <paramref name="lengthMs"/>, and why others are left out.
    /// </summary>
    public static (ImmutableArray<GoldenDraft> Drafts, ImmutableArray<string> LeftOut) Of(IReadOnlyList<RecordLine> lines, long lengthMs)
    {
        List<TurnRecord> turns = [.. lines.Select(line => line.Record).OfType<TurnRecord>().GroupBy(turn => turn.Turn)
            .Select(told => told.Last()).OrderBy(turn => turn.Turn)];
        // Where a file was read faster than it was spoken, the recording is what was sent.
        var hasClock = turns.Exists(turn => turn.StartedMs is not null);
        List<(TurnRecord Turn, long From, long To)> spoken = [];
        var leftOut = ImmutableArray.CreateBuilder<string>();
        foreach (var turn in turns)
        {
            var (from, to) = hasClock ? (turn.StartedMs, turn.EndedMs) : (turn.AudioStartMs, turn.AudioEndMs);
            if (from is not { } start || to is not { } end || start < 0 || end <= start || start >= lengthMs)
                leftOut.Add($"Turn {turn.Turn} has no place in the recording");
            else if (end - start > LongestMs) leftOut.Add($"Turn {turn.Turn} is longer than {LongestMs / 60_000} minutes");
            else spoken.Add((turn, start, end));
        }
        spoken.Sort((one, other) => one.From.CompareTo(other.From));
        var drafts = ImmutableArray.CreateBuilder<GoldenDraft>(spoken.Count);
        for (var i = 0; i < spoken.Count; i++)
        {
            var (turn, from, to) = spoken[i];
            // Two turns may overlap where times were replaced: then each begins and ends as its record says.
            var first = Math.Min(from, Math.Max(from - MarginMs, i > 0 ? spoken[i - 1].To : 0));
            var end = Math.Max(to, Math.Min(to + MarginMs, i + 1 < spoken.Count ? spoken[i + 1].From : long.MaxValue));
            var (oob, asr) = (Words(turn.Oob.Status, turn.Oob.Text), Words(turn.Asr.Status, turn.Asr.Text));
            drafts.Add(new(turn.Turn, first, Math.Min(end, lengthMs), oob, asr, IsSame(turn, oob, asr)));
        }
        return ([.. drafts.OrderBy(draft => draft.Turn)], leftOut.ToImmutable());
    }

    private static string? Words(ResultStatus status, string? text) => status switch
    {
        ResultStatus.Completed => text?.Trim(), ResultStatus.Empty => "", _ => null,
    };

    private static bool IsSame(TurnRecord turn, string? oob, string? asr) =>
        oob is not null && asr is not null && turn.Verdict is null or Verdict.Agreed
        && (turn.Agreement is { Differences.Count: 0 } || (oob is "" && asr is ""));
}

/// <summary>What a person says about a recorded turn.</summary>
/// <param name="Turn">Its number in the session.</param>
/// <param name="Reference">What was said; null: leave the turn out.</param>
/// <param name="Entities">What must be right; null: as proposed.</param>
/// <param name="Language">Its language; null: as proposed.</param>
public sealed record GoldenCorrection(int Turn, string? Reference, ImmutableArray<string>? Entities, string? Language)
{
    /// <summary>
    /// Reads corrections, one JSON object per line:
    /// <c>{"turn":3,"reference":"...","entities":["..."],"language":"en"}</c>, or <c>{"turn":3,"reference":null}</c> to leave a turn out.
    /// Throws <see cref="GoldenSetException"/> with one message for each line that cannot be used.
    /// </summary>
    public static IReadOnlyDictionary<int, GoldenCorrection> Read(string text, string file)
    {
        var corrections = new Dictionary<int, GoldenCorrection>();
        var problems = ImmutableArray.CreateBuilder<string>();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsWhiteSpace()) continue;
            try
            {
                var correction = Parse(line.ToString());
                if (!corrections.TryAdd(correction.Turn, correction))
                    problems.Add($"{file}:{number}: turn {correction.Turn} stands here twice.");
            }
            catch (FormatException e)
            {
                problems.Add($"{file}:{number}: {e.Message}.");
            }
        }
        return problems.Count == 0 ? corrections : throw new GoldenSetException(problems.ToImmutable());
    }

    private static GoldenCorrection Parse(string line)
    {
        var json = GoldenLine.Object(line);
        if (!json.TryGetProperty("turn", out var turn) || turn.ValueKind != JsonValueKind.Number
            || !turn.TryGetInt32(out var number) || number < 1)
            throw new FormatException("'turn' must be the number of a turn of the session");
        if (!json.TryGetProperty("reference", out _))
            throw new FormatException("'reference' is missing: what was said, or null to leave the turn out");
        return new(
            number, GoldenLine.Text(json, "reference", GoldenLine.MaxReference),
            json.TryGetProperty("entities", out var list) && list.ValueKind != JsonValueKind.Null ? GoldenLine.Listed(json) : null,
            GoldenLine.Code(GoldenLine.Text(json, "language", 100)));
    }
}
