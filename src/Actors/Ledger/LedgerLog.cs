using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Ledger;

/// <summary>What the ledger logs.</summary>
public static class LedgerLog
{
    /// <summary>The line about what an event costs; null: nothing, or what is not known.</summary>
    public static LogLine? Of(ServerEvent e, CostLedger before, CostLedger after) =>
        ReferenceEquals(before, after) || after.Total - before.Total is not (> 0 and var usd) ? null
        : e switch
        {
            ResponseDone { Response.Id: var response } => TurnLog.ResponseCharged(response, usd),
            AsrCompleted { ItemId: var item } => TurnLog.AsrCharged(item, usd),
            _ => null,
        };
}
