using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>
/// The bill of one session. Every response id and every item id is charged once, however often it is reported
/// (COOKBOOK rows 10 and 11); what has no price is named, what reports no usage is counted.
/// </summary>
public sealed class CostLedger(PriceList prices, string model, string? asrModel)
{
    // Wire ids live as long as their connection, an hour at most, which bounds these sets.
    private readonly HashSet<ResponseId> _responses = [];
    private readonly HashSet<ItemId> _transcripts = [];
    private readonly SortedSet<string> _unpriced = new(StringComparer.Ordinal);
    private Account _transcription, _asr, _conversation, _tasks;
    private decimal? _unreportedAudio;
    private int _unreported;

    /// <summary>A new connection: its ids are new ones.</summary>
    public void Reopened()
    {
        _responses.Clear();
        _transcripts.Clear();
    }

    /// <summary>Charges an event that carries usage; any other changes nothing.</summary>
    public void On(ServerEvent e)
    {
        switch (e)
        {
            case ResponseDone { Response: var response } when _responses.Add(response.Id):
                ref var account = ref AccountOf(response);
                account = account.Charge(Price(model, Usage.Read(response.Usage, Modality.Text)));
                break;
            case AsrCompleted asr when asrModel is not null && _transcripts.Add(asr.ItemId):
                _asr = _asr.Charge(Price(asrModel, Usage.Read(asr.Usage, Modality.Audio)));
                break;
        }
    }

    /// <summary>
    /// A transcription heard this much audio and reported none (PROTOCOL section 14): the estimate takes 10 tokens per second.
    /// </summary>
    public void AudioNotReported(TimeSpan audio)
    {
        var tokens = (long)Math.Ceiling(audio.TotalSeconds * 10);
        if (prices.Find(model)?.AudioIn is { } price) _unreportedAudio = (_unreportedAudio ?? 0m) + tokens * price / 1_000_000m;
    }

    /// <summary>The bill so far.</summary>
    public LedgerMessages.Totals Totals => new(
        _transcription.Usd, _asr.Usd, _conversation.Usd, _tasks.Usd, [.. _unpriced], _unreported, _transcription.Usd + _unreportedAudio);

    private ref Account AccountOf(ResponseState response)
    {
        if (response.Metadata is null || !response.Metadata.TryGetValue(OutOfBandMetadata.Task, out var task)) return ref _conversation;
        if (task == OutOfBandRequest.Transcription) return ref _transcription;
        return ref _tasks;
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

    // What a purpose has cost; unknown from the first charge without a price on, never 0.
    private readonly record struct Account(decimal Known, bool IsUnknown)
    {
        public decimal? Usd => IsUnknown ? null : Known;

        public Account Charge(decimal? usd) => usd is { } known ? this with { Known = Known + known } : this with { IsUnknown = true };
    }
}
