using RealtimeAkka.Actors.Ledger;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Sessions.Verify;

/// <summary>A usage on the wire, for the first time. <c>Usd</c>: its price; null: it has none, or there is no usage.</summary>
public readonly record struct WireCharge(int Line, decimal? Usd);

/// <summary>Prices the usages of a wire log again, by the rules of the ledger.</summary>
/// <param name="prices">The prices.</param>
/// <param name="model">The Realtime model, until the server names one.</param>
/// <param name="asrModel">The transcription model; null: none.</param>
public sealed class WireBill(PriceList prices, string model, string? asrModel)
{
    private readonly Dictionary<string, WireCharge> _responses = new(StringComparer.Ordinal), _transcripts = new(StringComparer.Ordinal);
    private CostLedger _ledger = new(prices, model, asrModel, new ContextScope.Full());
    private (bool IsOpening, string? Model) _connection;

    /// <summary>Usages by response id.</summary>
    public IReadOnlyDictionary<string, WireCharge> Responses => _responses;

    /// <summary>Usages of built-in transcripts by item id.</summary>
    public IReadOnlyDictionary<string, WireCharge> Transcripts => _transcripts;

    /// <summary>The costs.</summary>
    public LedgerMessages.Totals Totals => _ledger.Totals;

    /// <summary>Adds an event that was received.</summary>
    public void On(int line, ServerEvent e)
    {
        switch (e)
        {
            case SessionCreated created:
                _connection = (true, created.Session?.Model);
                return;
            case SessionUpdated updated when _connection.IsOpening:
                _ledger = _ledger.Reopened(updated.Session?.Model ?? _connection.Model);
                _connection = default;
                return;
            case ResponseDone { Response: var response }:
                _responses.TryAdd(response.Id.Value, new(line, prices.Cost(_ledger.Model, Usage.Read(response.Usage, Modality.Text))));
                break;
            case AsrCompleted asr when asrModel is not null:
                _transcripts.TryAdd(asr.ItemId.Value, new(line, prices.Cost(asrModel, Usage.Read(asr.Usage, Modality.Audio))));
                break;
        }
        _ledger = _ledger.On(e);
    }
}
