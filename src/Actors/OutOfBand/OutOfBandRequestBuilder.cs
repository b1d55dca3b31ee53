using System.Globalization;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.OutOfBand;

/// <summary>Builds the <c>response.create</c> of an out-of-band request (docs/protocol.md 6.3).</summary>
internal static class OutOfBandRequestBuilder
{
    // docs/protocol.md 3: the largest limit that every model takes.
    private const int MaxTokens = 4096;

    /// <summary>The next attempt of a request and its event; null while an item that it must name may not be referenced yet.</summary>
    public static (Attempt Attempt, CreateResponse Order)? Build(
        TrackedRequest ticket, ContextWindow window, ContextScope scope, OutOfBandSettings settings)
    {
        var request = ticket.Request;
        ConversationItem[] given = [.. Given(ticket).Select(ConversationItem.UserText)];
        // A task may be about a turn of an earlier connection; on this one the seeded history stands for it.
        var item = ticket.IsTask ? window.Standing(request.Item) : request.Item;
        // Without input the server uses the whole conversation: the documented way, and the cheaper one. Only the newest turn allows it.
        var namesItems = scope is not ContextScope.Full || given.Length > 0 || item is not { } subject || !window.IsNewestUserItem(subject);
        var seesItems = scope is not ContextScope.None && item is not null;
        if (namesItems && seesItems && !window.IsAdded(item!.Value)) return null;
        var items = namesItems && seesItems ? window.References(item!.Value, scope) : [];

        var number = ticket.Attempts.Length + 1;
        var id = EventId.Of($"oob_{request.Task}_{request.Turn.Value}_{number}");
        var parameters = new ResponseRequest(
            Conversation: "none",
            OutputModalities: ["text"],
            Instructions: request.Instructions,
            Tools: request.Result is { } schema
            ? [new FunctionTool(Function(request), "Reports the result. Call it once, with everything in it.", schema.Json)] : [],
            ToolChoice: request.Result is null ? ToolChoice.None : ToolChoice.Force(Function(request)),
            Metadata: new Dictionary<string, string>
            {
                [OutOfBandMetadata.Task] = request.Task,
                [OutOfBandMetadata.Item] = request.Item.Value,
                [OutOfBandMetadata.Turn] = request.Turn.Value.ToString(CultureInfo.InvariantCulture),
                [OutOfBandMetadata.Attempt] = number.ToString(CultureInfo.InvariantCulture),
            },
            Input: namesItems ? [.. items.Select(ConversationItem.Reference), .. given] : null,
            MaxOutputTokens: MaxOutputTokens(request, settings),
            Reasoning: settings.Reasoning);
        return (new Attempt(number, id, scope.ToString()!, namesItems), new CreateResponse(parameters) { EventId = id });
    }

    // A token is one character at least. What a reasoning model thinks counts as well, and nobody knows how much that is.
    private static int? MaxOutputTokens(OutOfBandRequest request, OutOfBandSettings settings) =>
        !settings.IsReasoning && request.MaxText is { } tokens && tokens < (settings.MaxOutputTokens ?? MaxTokens)
        ? tokens : settings.MaxOutputTokens;

    private static string Function(OutOfBandRequest request) => $"report_{request.Task}";

    private static IEnumerable<string> Given(TrackedRequest ticket)
    {
        if (ticket.Request.Given is { } words) yield return words;
        if (ticket.Repair is var (answer, wrong))
            yield return $"Your last answer was refused: {wrong}\nThat answer was: {answer}\nAnswer again, and correct it.";
    }
}
