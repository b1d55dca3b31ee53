using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Sessions;

/// <summary>
/// Adds up the records of a session that left no summary. Of a turn that was published more than once, the last record counts.
/// Charges without a record, such as failed attempts, are missing.
/// </summary>
/// <param name="model">Reported as unpriced if one of its usages has no cost.</param>
/// <param name="asrModel">The same for the built-in transcription.</param>
public sealed class RecordedCosts(string model, string? asrModel)
{
    /// <summary>The exit reason of a session without a summary: it was killed or is still running.</summary>
    public const string Unfinished = "unfinished";

    private readonly SortedDictionary<int, Charged> _turns = [];
    private readonly SortedDictionary<string, Account> _tasks = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _unpriced = new(StringComparer.Ordinal);
    private Account _conversation;
    private int _unreported;
    private long _heardMs;
    private long _lastMs;

    /// <summary>Adds a record.</summary>
    public void Add(SessionRecord? record)
    {
        switch (record)
        {
            case TurnRecord turn:
                _turns[turn.Turn] = new Charged(turn.Oob.CostUsd, turn.Oob.Usage, turn.Asr.CostUsd, turn.Asr.Usage);
                _lastMs = Math.Max(_lastMs, turn.AudioEndMs ?? 0);
                break;
            case AssistantReplied answer:
                _conversation = _conversation.Charge(Known(answer.CostUsd, answer.Usage, model));
                _heardMs += answer.HeardMs;
                break;
            case TaskCompleted task:
                var name = task.Task ?? "task";
                _tasks[name] = _tasks.GetValueOrDefault(name).Charge(Known(task.CostUsd, task.Usage, model));
                break;
        }
    }

    /// <summary>The summary of the added records, for a session that lasted <paramref name="length"/>.</summary>
    public SessionSummary Summarize(string session, TimeSpan length)
    {
        var (oob, asr) = (default(Account), default(Account));
        foreach (var turn in _turns.Values)
        {
            oob = oob.Charge(Known(turn.Oob, turn.OobUsage, model));
            asr = asr.Charge(Known(turn.Asr, turn.AsrUsage, asrModel ?? "ASR"));
        }
        var tasks = _tasks.Values.Aggregate(default(Account), (sum, task) => sum + task);
        return new SessionSummary(
            session, _turns.Count, SessionReport.Method(oob.Usd, _turns.Count), SessionReport.Method(asr.Usd, _turns.Count),
            new Amount(_conversation.Usd),
            new TaskCosts(tasks.Usd, _tasks.ToDictionary(task => task.Key, task => task.Value.Usd)),
            (oob + asr + _conversation + tasks).Known,
            SessionReport.Times(oob.Usd, asr.Usd), [.. _unpriced], _unreported, OobUsdIfAudioBilled: null, OobUsdIfNarrower: [],
            new AudioFigures(_lastMs, 0, 0, _heardMs), (long)length.TotalMilliseconds, Reconnects: 0, Unfinished);
    }

    // A result with neither cost nor usage is counted as unreported and costs 0; one with usage but no cost is unpriced, unless its
    // usage does not say what it is of.
    private decimal? Known(decimal? usd, RawJson? usage, string of)
    {
        if (usd is not null) return usd;
        if (usage is null || Usage.Read(usage, Modality.Text) is Usage.Undivided) _unreported++;
        else _unpriced.Add(of);
        return usage is null ? 0m : null;
    }

    private readonly record struct Charged(decimal? Oob, RawJson? OobUsage, decimal? Asr, RawJson? AsrUsage);
}
