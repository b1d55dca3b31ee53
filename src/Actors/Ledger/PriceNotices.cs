using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>What a person must know about the prices of a session before it costs money.</summary>
public static class PriceNotices
{
    /// <summary>
    /// Notices about the models without a price, and about a budget that therefore cannot act. <paramref name="asrModel"/> is null without
    /// built-in transcription.
    /// </summary>
    public static IEnumerable<Notice> Of(PriceList prices, string model, string? asrModel, Budget budget)
    {
        var unpriced = new[] { model, asrModel }.OfType<string>().Where(name => prices.Find(name) is null).ToList();
        foreach (var name in unpriced)
        {
            yield return new Notice(NoticeLevel.Warning, "unpriced_model",
                $"There is no price for {name}: its cost will be unknown. Add it under prices in your configuration.");
        }
        if (unpriced.Count > 0 && (budget.LimitUsd ?? budget.PerDayUsd) is not null)
        {
            yield return new Notice(NoticeLevel.Warning, "budget_blind",
                $"The budget cannot act on {string.Join(" and ", unpriced)}: without a price, nothing of it is counted.");
        }
    }
}
