using System.Globalization;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>How an out-of-band request looks on the wire (PROTOCOL section 5.3).</summary>
internal static class OutOfBandOrder
{
    /// <summary>The next attempt of a ticket and its event; null while an item that it must name may not be named yet.</summary>
    public static (Attempt Attempt, CreateResponse Order)? For(OutOfBandTicket ticket, ContextWindow window, ContextScope scope)
    {
        var request = ticket.Request;
        // The published way, and the cheaper one: no input means the whole conversation. Only the newest turn can be asked so.
        var namesItems = scope is not ContextScope.Full || !window.IsNewestUserItem(request.Item);
        if (namesItems && !window.IsAdded(request.Item)) return null;

        var number = ticket.Attempts.Count + 1;
        var id = EventId.Of($"oob_{request.Task}_{request.Turn.Value}_{number}");
        var parameters = new ResponseRequest(
            Conversation: "none",
            OutputModalities: ["text"],
            Instructions: request.Instructions,
            Tools: [],
            ToolChoice: "none",
            Metadata: new Dictionary<string, string>
            {
                [OutOfBandMetadata.Task] = request.Task,
                [OutOfBandMetadata.Item] = request.Item.Value,
                [OutOfBandMetadata.Turn] = request.Turn.Value.ToString(CultureInfo.InvariantCulture),
                [OutOfBandMetadata.Attempt] = number.ToString(CultureInfo.InvariantCulture),
            },
            Input: namesItems ? [.. window.References(request.Item, scope).Select(ConversationItem.Reference)] : null);
        return (new Attempt(number, id, scope.ToString()!, namesItems), new CreateResponse(parameters) { EventId = id });
    }
}
