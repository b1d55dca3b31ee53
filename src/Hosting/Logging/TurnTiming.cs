using System.Globalization;
using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Hosting.Sinks;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Hosting.Logging;

/// <summary>The stretches of time of a turn, computed from the entries of its stations.</summary>
public sealed class TurnTiming
{
    // Columns of the bars.
    private const int Width = 28;

    // The templates, from where the lines are made.
    private static readonly string
        Ended = TurnLog.SpeechEnded(default).Template, Committed = TurnLog.Committed(default, default).Template,
        Asr = TurnLog.AsrArrived(default, default).Template, Requested = TurnLog.Requested(0, "", default).Template,
        Begun = TurnLog.Begun(0, "", default).Template, Transcribed = TurnLog.Ended(default, "", default, null, 0).Template,
        Joined = TurnLog.Joined(0, default, default, default).Template, AnswerBegan = TurnLog.AnswerBegan(default, 0).Template,
        AnswerSounds = TurnLog.AnswerSounds(default).Template, AnswerGenerated = TurnLog.AnswerGenerated(default, "").Template,
        Played = TurnLog.Played(default, default).Template, Interrupted = TurnLog.AnswerInterrupted(default).Template,
        Charged = TurnLog.ResponseCharged(default, 0).Template, AsrCharged = TurnLog.AsrCharged(default, 0).Template;

    private readonly Dictionary<string, long> _at = new(StringComparer.Ordinal);
    private long _heard;
    private decimal _usd;

    /// <summary>Adds an entry of the turn, so many ms after its beginning.</summary>
    public void Add(LogEntry entry, long ms)
    {
        // Tasks that are asked about the turn are not on its way.
        if (entry.Values.Task is { } task && task != OutOfBandRequest.Transcription) return;
        if (entry.Template == Charged || entry.Template == AsrCharged) _usd += entry.Values.Usd ?? 0;
        else if (entry.Template == Transcribed || entry.Template == Joined || entry.Template == Ended) _at[entry.Template] = ms;
        else _at.TryAdd(entry.Template, ms);
        if (entry.Template == Played) _heard = entry.Values.Milliseconds ?? 0;
    }

    /// <summary>A line with the sum of it, then one per stretch with a bar; none if nothing is known.</summary>
    public IEnumerable<string> Lines()
    {
        List<(string Name, long From, long To)> stretches = [.. Stretches().Where(stretch => stretch.To >= stretch.From)];
        if (stretches.Count == 0) return [];
        var end = stretches.Max(stretch => stretch.To);
        return
        [
            string.Create(CultureInfo.InvariantCulture,
                $"Where the time went: {end} ms{Outcome()}, {Money.Usd(_usd)}"),
            .. TextTable.Lines(
                [["", "from", "to", "took", ""], .. stretches.Select(stretch => Row(stretch, end))], "lrrrl"),
        ];
    }

    private string Outcome() => _at.ContainsKey(Interrupted) ? " until the answer was interrupted"
        : _at.ContainsKey(Played) ? " until the answer was heard" : "";

    private IEnumerable<(string Name, long From, long To)> Stretches()
    {
        if (Between("speech and silence after it", 0, At(Ended)) is { } speech) yield return speech;
        if (Between("until the commit", At(Ended) ?? 0, At(Committed)) is { } commit) yield return commit;
        if (Between("ASR transcript", At(Committed), At(Asr)) is { } asr) yield return asr;
        if (Between("out of band: to send it", At(Committed), At(Requested)) is { } request) yield return request;
        if (Between("out of band: server begins", At(Requested), At(Begun)) is { } begun) yield return begun;
        if (Between("out of band: server writes", At(Begun), At(Transcribed)) is { } written) yield return written;
        if (Between("until the turn is joined", Later(At(Asr), At(Transcribed)), At(Joined)) is { } joined) yield return joined;
        if (Between("answer: server begins", At(Committed), At(AnswerBegan)) is { } answer) yield return answer;
        if (Between("answer: first sound", At(AnswerBegan), At(AnswerSounds)) is { } sound) yield return sound;
        if (Between("answer: server goes on", At(AnswerSounds), At(AnswerGenerated)) is { } generated) yield return generated;
        if (Between("answer is heard", At(Played) - _heard, At(Played)) is { } heard) yield return heard;
    }

    private long? At(string template) => _at.TryGetValue(template, out var ms) ? ms : null;

    private static long? Later(long? a, long? b) => a is null || b > a ? b : a;

    private static (string, long, long)? Between(string name, long? from, long? to) => from is { } f && to is { } t ? (name, f, t) : null;

    private static string[] Row((string Name, long From, long To) stretch, long end)
    {
        var (from, to) = (Column(stretch.From, end), Column(stretch.To, end));
        return [stretch.Name, Text(stretch.From), Text(stretch.To), Text(stretch.To - stretch.From),
            new string(' ', from) + new string('#', Math.Max(1, to - from))];
    }

    private static int Column(long ms, long end) => end == 0 ? 0 : (int)Math.Clamp(ms * Width / end, 0, Width - 1);

    private static string Text(long ms) => ms.ToString(CultureInfo.InvariantCulture);
}
