using RealtimeAkka.Actors;
using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Host.Sessions;

/// <summary>
/// Adds up the records of a session that left no summary. A turn that was told again counts as it was told last. What was
/// charged but stands in no record, such as attempts that came to nothing, is missing.
/// </summary>
/// <param name="model">Named where one of its usages has no cost.</param>
/// <param name="asrModel">The same for the built-in transcription.</param>
public sealed class RecordedCosts(string model, string? asrModel)
{
    /// <summary>What stands for the reason of the end where nobody knows it: killed, or still running.</summary>
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
                _turns[turn.Turn] = new Charged(turn.Oob.CostUsd, turn.Oob.Usage is not null, turn.Asr.CostUsd, turn.Asr.Usage is not null);
                _lastMs = Math.Max(_lastMs, turn.AudioEndMs ?? 0);
                break;
            case AssistantReplied answer:
                _conversation = _conversation.Charge(Known(answer.CostUsd, answer.Usage is not null, model));
                _heardMs += answer.HeardMs;
                break;
            case TaskCompleted task:
                var name = task.Task ?? "task";
                _tasks[name] = _tasks.GetValueOrDefault(name).Charge(Known(task.CostUsd, task.Usage is not null, model));
                break;
        }
    }

    /// <summary>The figures of what was added, over <paramref name="length"/> of time.</summary>
    public SessionSummary Summarize(string session, TimeSpan length)
    {
        var (oob, asr) = (default(Account), default(Account));
        foreach (var turn in _turns.Values)
        {
            oob = oob.Charge(Known(turn.Oob, turn.OobReported, model));
            asr = asr.Charge(Known(turn.Asr, turn.AsrReported, asrModel ?? "ASR"));
        }
        var tasks = _tasks.Values.Aggregate(default(Account), (sum, task) => sum + task);
        return new SessionSummary(
            session, _turns.Count, SessionReport.Method(oob.Usd, _turns.Count), SessionReport.Method(asr.Usd, _turns.Count), new Amount(_conversation.Usd),
            new TaskCosts(tasks.Usd, _tasks.ToDictionary(task => task.Key, task => task.Value.Usd)), (oob + asr + _conversation + tasks).Known,
            SessionReport.Times(oob.Usd, asr.Usd), [.. _unpriced], _unreported, OobUsdIfAudioBilled: null, OobUsdIfNarrower: [],
            new AudioFigures(_lastMs, 0, 0, _heardMs), (long)length.TotalMilliseconds, Reconnects: 0, Unfinished);
    }

    // Without a usage there is nothing to price: it is counted, and costs what is known of it.
    private decimal? Known(decimal? usd, bool reported, string of)
    {
        if (usd is not null) return usd;
        if (reported) _unpriced.Add(of);
        else _unreported++;
        return reported ? null : 0m;
    }

    private readonly record struct Charged(decimal? Oob, bool OobReported, decimal? Asr, bool AsrReported);
}
