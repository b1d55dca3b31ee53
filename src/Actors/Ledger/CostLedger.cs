using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// The bill of one session. Every response id and every item id is charged once, however often it is reported and on whatever
/// connection (docs/cookbook.md rows 10 and 11); what has no price is named, what reports no usage is counted.
/// </summary>
public sealed class CostLedger(PriceList prices, string model, string? asrModel, ContextScope context)
{
    // A task's name comes back from the server; a hostile one shall not fill the memory with names.
    private const int MaxTasks = 64;

    // Nothing is repeated after so many others.
    private const int Remembered = 1024;
    private const string OtherTasks = "other";

    // They stay charged across connections: the service never uses an id twice, so one that comes again is a repetition.
    private readonly KnownIds _responses = new(Remembered), _transcripts = new(Remembered);
    private readonly SortedSet<string> _unpriced = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Account> _tasks = new(StringComparer.Ordinal);
    private ContextEstimate _estimate = new(prices, model, context);
    private Account _transcription, _asr, _conversation;
    private int _unreported;

    /// <summary>The bill so far.</summary>
    public LedgerMessages.Totals Totals => new(
        _transcription.Usd, _asr.Usd, _conversation.Usd, new TaskCosts(AllTasks.Usd, _tasks.ToDictionary(task => task.Key, task => task.Value.Usd)), Total,
        [.. _unpriced], _unreported, _estimate.NotReportedUsd is { } audio ? _transcription.Usd + audio : null, _estimate.Narrower);

    /// <summary>Everything that is known, together, in US dollars.</summary>
    public decimal Total => (_transcription + _asr + _conversation + AllTasks).Known;

    private Account AllTasks => _tasks.Values.Aggregate(default(Account), (sum, task) => sum + task);

    /// <summary>Charges an event that carries usage; any other changes nothing.</summary>
    public void On(ServerEvent e)
    {
        switch (e)
        {
            case ResponseDone { Response: var response } when _responses.Add(response.Id.Value):
                Charge(response.Metadata?.GetValueOrDefault(OutOfBandMetadata.Task), Price(model, Usage.Read(response.Usage, Modality.Text)));
                break;
            case AsrCompleted asr when asrModel is not null && _transcripts.Add(asr.ItemId.Value):
                _asr = _asr.Charge(Price(asrModel, Usage.Read(asr.Usage, Modality.Audio)));
                break;
        }
    }

    /// <summary>A new connection: what was charged stays charged, but the audio of the last one is not there to be heard.</summary>
    public void Reopened() => _estimate = _estimate.Reopened();

    /// <summary>A turn or an answer was told: it charges nothing, but tells what audio there was to hear.</summary>
    public void Told(SessionRecord record) => _estimate = _estimate.On(record);

    private void Charge(string? task, decimal? usd)
    {
        if (task is null) _conversation = _conversation.Charge(usd);
        else if (task == OutOfBandRequest.Transcription) _transcription = _transcription.Charge(usd);
        else
        {
            var name = _tasks.ContainsKey(task) || _tasks.Count < MaxTasks ? task : OtherTasks;
            _tasks[name] = _tasks.GetValueOrDefault(name).Charge(usd);
        }
    }

    // Null: it has no price.
    private decimal? Price(string of, Usage? usage)
    {
        if (usage is null)
        {
            _unreported++;
            return 0m;
        }
        if (prices.Cost(of, usage) is { } cost) return cost;
        _unpriced.Add(of);
        return null;
    }
}
