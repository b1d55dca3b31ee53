using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Actors.Sinks;
using RealtimeAkka.Lab;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Lab;

/// <summary>
/// One session of a run as its sink: hands each answer to the run as soon as it is there, and says when the next turn may begin.
/// </summary>
/// <param name="session">What is asked.</param>
/// <param name="run">What gets the answers.</param>
/// <param name="prices">The prices of the models.</param>
/// <param name="limit">How long the answers about a turn may take.</param>
/// <param name="stop">No further turn begins.</param>
internal sealed class SessionRun(LabSession session, LabRun run, PriceList prices, TimeSpan limit, CancellationToken stop) : IRecordSink
{
    private readonly Lock _lock = new();
    private SessionAnswers _answers = new(session);
    private string _model = run.Set.Subject.Model;
    private (int Turn, TaskCompletionSource Complete)? _awaited;
    private int _begun;

    /// <inheritdoc/>
    public string Name => "lab";

    /// <summary>The service made other turns of the recording; null: it did not.</summary>
    public string? Mismatch { get; private set; }

    /// <summary>Whether a turn, counted from 1, may begin: all is known about the one before, and nothing ends the run.</summary>
    public async Task<bool> MayBeginAsync(int turn)
    {
        if (turn > 1) await Task.WhenAny(Complete(turn - 1), Task.Delay(limit, stop)).ConfigureAwait(false);
        var mayBegin = !stop.IsCancellationRequested && !run.IsSpent && run.Failure is null && Mismatch is null;
        if (mayBegin) _begun = turn;
        return mayBegin;
    }

    /// <inheritdoc/>
    public Task WriteAsync(SessionRecord record)
    {
        switch (record)
        {
            case SessionStarted { ServerModel: { } model }:
                _model = model;
                break;
            case TurnRecord turn when turn.Turn > session.Count:
                Mismatch = $"the service made more turns of {session.Call.Name} than the {session.Count} that were sent";
                break;
            case TurnRecord { Asr: var asr } turn:
                Take(new(turn.Turn, VariantAnswer.Asr, asr.Status, asr.Text, asr.Error)
                    { Usd = asr.CostUsd, ColdUsd = asr.CostUsd, LatencyMs = asr.LatencyMs });
                break;
            case TaskCompleted task:
                var variant = session.Variants.FirstOrDefault(variant => variant.Task == task.Task);
                if (variant is null) break;
                Take(new(task.Turn, variant.Name, task.Status, task.Text, task.Error)
                    { Usd = task.CostUsd, ColdUsd = Cold(task), LatencyMs = task.LatencyMs });
                break;
        }
        return Task.CompletedTask;
    }

    /// <summary>The session has ended as it should: what is no transcript by now is an error, also what never came.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            foreach (var (question, report) in _answers.Errors) run.Settle(question, report);
            foreach (var question in Enumerable.Range(1, _begun).SelectMany(_answers.Missing))
                run.Settle(question, new(question.Number - session.First + 1, question.Name, ResultStatus.Failed, null, "no answer came"));
        }
    }

    /// <summary>The session broke off, or was stopped: what was paid for without a transcript is not asked again, the rest is.</summary>
    public void BreakOff()
    {
        lock (_lock)
        {
            foreach (var (question, report) in _answers.Errors.Where(error => error.Report.IsKept)) run.Settle(question, report);
        }
    }

    private void Take(ReportedAnswer report)
    {
        lock (_lock)
        {
            (_answers, var answered) = _answers.On(report);
            if (answered is not null) run.Settle(answered, report);
            if (_awaited is var (turn, complete) && _answers.IsComplete(turn)) complete.TrySetResult();
        }
    }

    private Task Complete(int turn)
    {
        lock (_lock)
        {
            if (_answers.IsComplete(turn)) return Task.CompletedTask;
            var complete = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (turn, complete);
            return complete.Task;
        }
    }

    // The cost of all attempts is known as a sum; the last one's cached tokens are those that can be told apart.
    private decimal? Cold(TaskCompleted task) => Usage.Read(task.Usage, Modality.Text) is Usage.Tokens tokens
        ? task.CostUsd + prices.Cost(_model, tokens with { CachedText = 0, CachedAudio = 0, CachedImage = 0 }) - prices.Cost(_model, tokens)
        : task.CostUsd;
}
