using RealtimeAkka.Lab;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>
/// What a run has so far. Its sessions report here, several at once: an answer is kept on disk first, then counted, then shown.
/// </summary>
/// <param name="set">What is asked.</param>
/// <param name="store">Where answers are kept.</param>
/// <param name="budget">What the run may cost in US dollars; null: no limit.</param>
/// <param name="show">Shows an answer; called one at a time.</param>
internal sealed class LabRun(LabSet set, AnswerStore store, decimal? budget, Action<VariantAnswer> show)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, VariantAnswer> _answers = new(StringComparer.Ordinal);

    // Two recordings with the same sound ask the same question.
    private readonly ILookup<string, LabQuestion> _questions =
        set.Questions.ToLookup(pair => pair.Key, pair => pair.Question, StringComparer.Ordinal);

    /// <summary>What is asked.</summary>
    public LabSet Set => set;

    /// <summary>All questions; with the same sound under two names each counts.</summary>
    public int Questions => _questions.Sum(same => same.Count());

    /// <summary>Questions that are settled.</summary>
    public int Settled { get; private set; }

    /// <summary>Questions that an earlier run has settled.</summary>
    public int Known { get; private set; }

    /// <summary>What this run has cost so far, in US dollars.</summary>
    public decimal Usd { get; private set; }

    /// <summary>The budget is spent: no turn begins any more.</summary>
    public bool IsSpent => Usd >= budget;

    /// <summary>Why answers cannot be kept any more; null: they can.</summary>
    public string? Failure { get; private set; }

    /// <summary>The answers so far, in the order of the golden set.</summary>
    public IReadOnlyList<VariantAnswer> Answers
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. set.Questions.Where(pair => _answers.ContainsKey(pair.Key))
                        .Select(pair => Of(pair.Question, _answers[pair.Key])),
                ];
            }
        }
    }

    /// <summary>Takes over what earlier runs have paid for.</summary>
    public void Resume()
    {
        var kept = store.Read(_questions.Select(same => same.Key).ToHashSet(StringComparer.Ordinal));
        foreach (var (key, question) in set.Questions)
        {
            if (kept.GetValueOrDefault(key) is { } answer && !_answers.ContainsKey(key)) Add(key, answer.To(question));
        }
        Known = Settled;
    }

    /// <summary>Whether a question needs no answer any more.</summary>
    public bool IsSettled(string key)
    {
        lock (_lock) return _answers.ContainsKey(key);
    }

    /// <summary>A session has the answer to a question: a transcript, or at its end the reason why there is none.</summary>
    public void Settle(LabQuestion question, ReportedAnswer report)
    {
        var key = set.KeyOf(question);
        lock (_lock)
        {
            Usd += report.Usd ?? 0;
            if (_answers.ContainsKey(key)) return;
            try
            {
                if (report.IsKept && Failure is null) store.Add(KeptAnswer.Of(key, report.To(question)));
            }
            catch (IOException e)
            {
                Failure = e.Message.TrimEnd('.');
            }
            Add(key, report.To(question));
        }
    }

    private void Add(string key, VariantAnswer answer)
    {
        _answers.Add(key, answer);
        foreach (var question in _questions[key])
        {
            Settled++;
            show(Of(question, answer));
        }
    }

    private static VariantAnswer Of(LabQuestion question, VariantAnswer answer) =>
        answer with { Turn = question.Turn, Variant = question.Name, Repeat = question.Repeat };
}
