using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions.Verify;

/// <summary>
/// Judges a session's folder: whether its files are whole, belong together, add up, and are private. A session that was killed is whole as
/// far as it goes: a missing summary and a torn last line are warnings.
/// </summary>
public static class SessionVerifier
{
    private static readonly Func<SessionEvidence, IEnumerable<Finding>>[] Rules =
        [FileRules.Findings, LineRules.Findings, TurnRules.Findings, CostRules.Findings, SoundRules.Findings];

    /// <summary>Every finding, by file and line; none for a good folder.</summary>
    public static IReadOnlyList<Finding> Judge(SessionEvidence session) =>
        [.. Rules.SelectMany(rule => rule(session)).OrderBy(found => found.File, StringComparer.Ordinal).ThenBy(found => found.Line)];

    /// <summary>Whether it ended in good order: it left a summary.</summary>
    internal static bool IsFinished(SessionEvidence session) => session.Summary is not null;

    internal static Finding Damage(string code, string? file, int? line, string message) =>
        new(FindingLevel.Damage, code, file, line, message);

    internal static Finding Warning(string code, string? file, int? line, string message) =>
        new(FindingLevel.Warning, code, file, line, message);
}

/// <summary>The files that must be there, are there, and are private.</summary>
internal static class FileRules
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const string Summary = "summary.json", Config = "config.json";

    public static IEnumerable<Finding> Findings(SessionEvidence s) => [.. Missing(s), .. Contents(s), .. Access(s)];

    private static IEnumerable<Finding> Missing(SessionEvidence s)
    {
        foreach (var name in Expected(s).Where(name => s.File(name) is null))
            yield return SessionVerifier.Damage("missing_file", name, null, "it is missing");
        if (s.IsOpen)
            yield return SessionVerifier.Warning("running", null, null, "the session still runs: what is not written yet is not judged");
        else if (s.File(Summary) is null or { Length: 0 })
            yield return SessionVerifier.Warning("killed", Summary, null, "it is missing: the session was killed");
    }

    private static IEnumerable<string> Expected(SessionEvidence s)
    {
        var recorded = s.Setting("data.record") ?? "";
        return (string[])["turns.jsonl", "session.log", Config,
            .. recorded.Contains("wire", StringComparison.Ordinal) ? ["wire.jsonl"] : (string[])[],
            .. recorded.Contains("audio", StringComparison.Ordinal) ? ["input.wav", "output.wav"] : (string[])[]];
    }

    private static IEnumerable<Finding> Contents(SessionEvidence s)
    {
        if (s.File(Summary) is { IsFile: true, Length: > 0 } && s.Summary is null)
            yield return SessionVerifier.Damage("invalid_summary", Summary, null, "it is no summary");
        if (s.File(Config) is { IsFile: true } && !IsConfig(s))
            yield return SessionVerifier.Damage("invalid_config", Config, null, "it is no list of settings with values and origins");
        if (s.Summary is { } summary && summary.Session != s.Id)
            yield return SessionVerifier.Damage("foreign_session", Summary, null, $"it is of session {summary.Session}");
        foreach (var file in s.Files)
        {
            if (!SessionRemoval.Files.Contains(file.Name))
                yield return SessionVerifier.Warning("foreign_file", file.Name, null, "no session writes a file of this name");
            else if (!file.IsFile)
                yield return SessionVerifier.Damage("no_file", file.Name, null, "it is a link, a folder or a device");
        }
    }

    private static bool IsConfig(SessionEvidence s) =>
        s.Config is { ValueKind: System.Text.Json.JsonValueKind.Object } config && s.Setting("session.model") is not null
        && config.EnumerateObject().All(setting => setting.Value.ValueKind == System.Text.Json.JsonValueKind.Object
            && setting.Value.TryGetProperty("value", out _) && setting.Value.TryGetProperty("origin", out _));

    private static IEnumerable<Finding> Access(SessionEvidence s)
    {
        if (s.Mode is { } mode && (mode & Others) != 0)
            yield return SessionVerifier.Damage("permissions", null, null, "others than its owner may enter the folder: chmod 700");
        foreach (var file in s.Files.Where(file => file is { IsFile: true, Mode: { } mode } && (mode & Others) != 0))
            yield return SessionVerifier.Damage("permissions", file.Name, null, "others than its owner may read or write it: chmod 600");
    }
}

/// <summary>Lines that are whole, of this session, and hold no key.</summary>
internal static class LineRules
{
    public static IEnumerable<Finding> Findings(SessionEvidence s) => s.Faults.Select(fault => fault.Fault switch
    {
        LineFault.Torn when SessionVerifier.IsFinished(s)
            => SessionVerifier.Damage("torn_line", fault.File, fault.Line, "the last line is cut off, and the session was not killed"),
        LineFault.Torn => SessionVerifier.Warning("torn_line", fault.File, fault.Line, "the last line is cut off"),
        LineFault.Foreign => SessionVerifier.Damage("foreign_session", fault.File, fault.Line, "the line is of another session"),
        LineFault.Secret => SessionVerifier.Damage("secret", fault.File, fault.Line, "the line holds what looks like a key: revoke it"),
        LineFault.Backwards
            => SessionVerifier.Damage("time_backwards", fault.File, fault.Line, "its time is before that of the line above"),
        _ => SessionVerifier.Damage("invalid_line", fault.File, fault.Line, "the line is no JSON of the kind that this file holds"),
    });
}

/// <summary>Turns in order, and records that refer to them.</summary>
internal static class TurnRules
{
    // Turns that may be open, and so without a record, when a session is killed or its drain ends.
    private const int MaxOpen = 8;

    private const string File = "turns.jsonl";

    public static IEnumerable<Finding> Findings(SessionEvidence s)
    {
        var (turns, items, answers) = (new Dictionary<int, TurnRecord>(), new Dictionary<string, int>(), new HashSet<string>());
        var last = s.Records.Select(record => record.Of.Record).OfType<TurnJoined>().Select(turn => turn.Turn).DefaultIfEmpty(0).Max();
        foreach (var (line, of) in s.Records)
        {
            var found = of.Record switch
            {
                TurnJoined turn => Turn(turn, line, turns, items),
                TurnAmended turn => Amended(turn, line, turns),
                AssistantReplied answer when !answers.Add(answer.ResponseId.Value)
                    => [SessionVerifier.Damage("answer_repeated", File, line, $"answer {answer.ResponseId.Value} is recorded twice")],
                AssistantReplied { Turn: { } number } => Refers("answer", number, last, line, s),
                ToolCalled { Turn: { } number } => Refers("tool call", number, last, line, s),
                TaskCompleted task when !turns.ContainsKey(task.Turn)
                    => [SessionVerifier.Damage("task_without_turn", File, line, $"it is about turn {task.Turn}, not recorded before")],
                HeardAgain heard when !turns.ContainsKey(heard.Turn)
                    => [SessionVerifier.Damage("hearing_without_turn", File, line, $"it is about turn {heard.Turn}, not recorded before")],
                null => [SessionVerifier.Warning("unknown_record", File, line, $"this program knows no record of type {of.Type}")],
                _ => [],
            };
            foreach (var finding in found) yield return finding;
        }
        if (s.Summary is { } summary && summary.Turns != turns.Count)
            yield return SessionVerifier.Damage(
                "summary_turns", "summary.json", null, $"it counts {summary.Turns} turns, turns.jsonl has {turns.Count}");
    }

    private static IEnumerable<Finding> Turn(TurnJoined turn, int line, Dictionary<int, TurnRecord> turns, Dictionary<string, int> items)
    {
        var last = turns.Keys.DefaultIfEmpty(0).Max();
        if (!items.TryAdd(turn.ItemId.Value, turn.Turn) && items[turn.ItemId.Value] is var other)
            yield return SessionVerifier.Damage("item_repeated", File, line, $"item {turn.ItemId.Value} is turn {other} already");
        if (turns.ContainsKey(turn.Turn))
            yield return SessionVerifier.Damage("turn_repeated", File, line, $"turn {turn.Turn} is recorded twice");
        else if (turn.Turn != last + 1)
            yield return SessionVerifier.Damage("turn_order", File, line, $"turn {turn.Turn} follows turn {last}");
        turns.TryAdd(turn.Turn, turn);
    }

    private static IEnumerable<Finding> Amended(TurnAmended turn, int line, Dictionary<int, TurnRecord> turns)
    {
        if (!turns.TryGetValue(turn.Turn, out var before))
            yield return SessionVerifier.Damage("amendment_without_turn", File, line, $"turn {turn.Turn} was not recorded before");
        else if (before.ItemId != turn.ItemId)
            yield return SessionVerifier.Damage(
                "amendment_of_item", File, line, $"turn {turn.Turn} is item {before.ItemId.Value}, not {turn.ItemId.Value}");
    }

    // An answer does not wait for its turn, which may have no record when the session ends.
    private static IEnumerable<Finding> Refers(string what, int turn, int last, int line, SessionEvidence s)
    {
        if (turn >= 1 && turn <= last) yield break;
        var message = $"the {what} is to turn {turn}, which is not recorded";
        if (turn < 1 || turn > last + MaxOpen) yield return SessionVerifier.Damage("answer_without_turn", File, line, message);
        else if (SessionVerifier.IsFinished(s)) yield return SessionVerifier.Warning("answer_without_turn", File, line, message);
    }
}

/// <summary>Recorded sound that can be played and is as long as the summary says.</summary>
internal static class SoundRules
{
    // Of sound, in ms, that a file may lack: what was under way at the end.
    private const long Tolerance = 500;

    public static IEnumerable<Finding> Findings(SessionEvidence s) => s.Sounds.SelectMany(sound => Findings(sound, s));

    private static IEnumerable<Finding> Findings(WavEvidence sound, SessionEvidence s)
    {
        if (sound.Problem is { } problem)
        {
            yield return SessionVerifier.Damage("wav_header", sound.Name, null, $"it is no WAV file: {problem}");
            yield break;
        }
        // 8 kHz: of a telephone.
        if (sound.Format is not { Rate: Protocol.Pcm.SampleRate or 8000, Channels: 1, Bits: 16, IsFloat: false })
            yield return SessionVerifier.Damage("wav_format", sound.Name, null, "it is not PCM16 mono");
        if (s.IsOpen) yield break;
        var message = $"its header says {sound.Bytes} bytes of sound, it has {sound.Actual}";
        if (sound.Bytes > sound.Actual) yield return SessionVerifier.Damage("wav_length", sound.Name, null, message);
        // A process that is killed leaves a header that is behind. The summary is written before the sound is closed.
        else if (sound.Bytes < sound.Actual && SessionVerifier.IsFinished(s))
            yield return SessionVerifier.Warning("wav_header_behind", sound.Name, null, message);
        if (s.Summary is not { Audio: var audio }) yield break;
        // Sound that a new connection receives again is in the file once.
        var least = sound.Name == "output.wav" ? audio.PlayedMs : s.Summary.Reconnects > 0 ? 0 : audio.SentMs;
        if (sound.Milliseconds + Tolerance < least)
            yield return SessionVerifier.Damage(
                "wav_length", sound.Name, null, $"it has {sound.Milliseconds} ms of sound, the summary says {least} ms");
    }
}
