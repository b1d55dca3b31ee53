using System.Globalization;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Hosting.Store;

/// <summary>What one record says was paid for.</summary>
/// <param name="Purpose"><c>oob</c>, <c>asr</c>, <c>conversation</c> or <c>task</c>.</param>
/// <param name="Id">The same wherever the same is charged: a later record with it replaces the amount.</param>
/// <param name="Seq">The number of the record.</param>
/// <param name="Usd">US dollars; null: there is a usage and no price.</param>
internal readonly record struct StoreCharge(string Purpose, string Id, int Seq, decimal? Usd)
{
    /// <summary>The charges of a record; an amendment repeats those of its turn.</summary>
    public static IEnumerable<StoreCharge> Of(ShippedRecord shipped) => shipped.Record switch
    {
        TurnRecord turn =>
        [
            .. One("oob", $"{turn.Turn}", shipped.Seq, turn.Oob.CostUsd, turn.Oob.Usage),
            .. One("asr", $"{turn.Turn}", shipped.Seq, turn.Asr.CostUsd, turn.Asr.Usage),
        ],
        AssistantReplied answer => One("conversation", Or(answer.ResponseId.Value, shipped), shipped.Seq, answer.CostUsd, answer.Usage),
        TaskCompleted task => One("task", Or(task.Id, shipped), shipped.Seq, task.CostUsd, task.Usage),
        _ => [],
    };

    private static StoreCharge[] One(string purpose, string id, int seq, decimal? usd, RawJson? usage) =>
        usd is null && usage is null ? [] : [new StoreCharge(purpose, id, seq, usd)];

    // An older program may have written none.
    private static string Or(string? id, ShippedRecord shipped) =>
        string.IsNullOrEmpty(id) ? string.Create(CultureInfo.InvariantCulture, $"line {shipped.Seq}") : id;
}
