using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>The actors that receive an event.</summary>
[Flags]
public enum Recipients
{
    /// <summary>None: the event is only counted.</summary>
    None = 0,
    /// <summary>SocketActor.</summary>
    Socket = 1,
    /// <summary>TurnCoordinatorActor.</summary>
    Turns = 2,
    /// <summary>OutOfBandActor.</summary>
    OutOfBand = 4,
    /// <summary>CostLedgerActor.</summary>
    Ledger = 8,
}

/// <summary>
/// The one table of which actor receives which event, for one connection. Whose error an <c>error</c> is decide the
/// <see cref="UnansweredRequests"/>.
/// </summary>
public sealed class EventRouter
{
    // Far more than can be in flight. Beyond it the oldest is forgotten; its late events go to the turns, which ignore unknown responses.
    private const int Remembered = 64;

    // A single failure is the request's, or the service's for a moment.
    private const int ServerErrorsInARow = 3;

    private SeenIds _outOfBand = new(Remembered);
    private readonly Dictionary<ResponseId, OpenResponse> _open = []; // out-of-band responses that are not done
    private UnansweredRequests _unanswered = new();
    private (ResponseId Id, string Text)? _written; // the last text of a response that is not known to be ours
    private int _serverErrors; // failed responses in a row

    /// <summary>Records a request, to match its answer later.</summary>
    public void Sent(ClientEvent clientEvent) => _unanswered = _unanswered.Sent(clientEvent);

    /// <summary>The recipients of an event, and the event to send them (for an error, with the id of its request filled in).</summary>
    public (Recipients To, ServerEvent Event) Route(ServerEvent e)
    {
        var (to, routed) = Find(e);
        _unanswered = _unanswered.On(routed);
        // SocketActor gets the last of a run of failed responses.
        return (e is ResponseDone done && IsFailing(done.Response) ? to | Recipients.Socket : to, routed);
    }

    private bool IsFailing(ResponseState response)
    {
        var isServerError = response is { Status: "failed", StatusDetails.Error: { } error, Text: "" }
            && (error.Type == "server_error" || error.Code == "server_error");
        _serverErrors = isServerError ? _serverErrors + 1 : 0;
        return _serverErrors >= ServerErrorsInARow;
    }

    private (Recipients To, ServerEvent Event) Find(ServerEvent e)
    {
        switch (e)
        {
            case SessionCreated or SessionUpdated:
                return (Recipients.Socket, e);
            case ServerError error:
                return Find(error);
            case ResponseCreated { Response: { IsOutOfBand: true } response }:
                Remember(response);
                return (Recipients.OutOfBand, e);
            case ResponseDone { Response: var response } when response.IsOutOfBand || _outOfBand.Contains(response.Id.Value):
                // A server may say only now that the response is ours; until then the turns took it for an answer.
                var isLate = !_outOfBand.Contains(response.Id.Value);
                if (isLate) _outOfBand = _outOfBand.With(response.Id.Value);
                return (Recipients.OutOfBand | Recipients.Ledger | (isLate ? Recipients.Turns : Recipients.None), Complete(response, e));
            case ResponseDone:
                return (Recipients.Turns | Recipients.Ledger, e);
            case ResponseCreated:
                return (Recipients.Turns, e);
            case OutputItemAdded { ResponseId: var id }:
                return (PartOf(id), e);
            case OutputItemDone { ResponseId: var id, Item: { Id: { } item, Text: { Length: > 0 } text } }
                when _open.TryGetValue(id, out var open) && open.TextOf != item:
                return (Recipients.OutOfBand, new OutputTextDone(id, item, text)); // which a server has left out
            case OutputItemDone { ResponseId: var id }:
                return (PartOf(id), e);
            case OutputAudioDone { ResponseId: var id }:
                return (PartOf(id), e);
            case OutputAudioDelta { ResponseId: var id }:
                return (PartOf(id), e);
            case OutputTranscriptDelta { ResponseId: var id }:
                return (PartOf(id), e);
            case OutputTranscriptDone { ResponseId: var id }:
                return (PartOf(id), e);
            case OutputTextDelta { ResponseId: var id } delta when _outOfBand.Contains(id.Value):
                return (IsProgress(delta) ? Recipients.OutOfBand : Recipients.None, e);
            case OutputTextDelta:
                return (Recipients.Turns, e);
            case OutputTextDone { ResponseId: var id, ItemId: var item, Text: var text }:
                if (!_outOfBand.Contains(id.Value)) _written = (id, text);
                if (_open.TryGetValue(id, out var begun)) _open[id] = begun with { TextOf = item };
                return (OwnerOf(id), e);
            case FunctionCallDone { ResponseId: var id }:
                return (OwnerOf(id), e);
            case AsrCompleted:
                return (Recipients.Turns | Recipients.Ledger, e);
            case SpeechStarted or SpeechStopped or InputTimedOut or AsrFailed or ItemTruncated:
                return (Recipients.Turns, e);
            case InputCommitted or ItemAdded or ItemDone or ItemDeleted:
                return (Recipients.Turns | Recipients.OutOfBand, e);
            default:
                return (Recipients.None, e);
        }
    }

    private (Recipients, ServerEvent) Find(ServerError error)
    {
        (var owner, _unanswered) = _unanswered.Owner(error.Error);
        var to = owner.Kind switch
        {
            RequestKinds.None or RequestKinds.Connection or RequestKinds.Update or RequestKinds.Append => Recipients.Socket,
            RequestKinds.OutOfBand => Recipients.OutOfBand,
            // An item that the model lacks is reported: nothing replaces it.
            RequestKinds.CreateItem => Recipients.Turns | Recipients.Socket,
            _ when owner.Request?.Value.StartsWith("oob_", StringComparison.Ordinal) == true => Recipients.OutOfBand,
            _ => Recipients.Turns,
        };
        return (to, owner.Request is { } id && error.Error.EventId != id.Value
            ? new ServerError(error.Error with { EventId = id.Value }) : error);
    }

    // Deltas of out-of-band responses and of built-in transcripts are dropped: the complete text follows.
    private Recipients PartOf(ResponseId id) => _outOfBand.Contains(id.Value) ? Recipients.None : Recipients.Turns;

    // The ledger needs the metadata and the tracker the words: a server may leave out of response.done what it said before.
    private ServerEvent Complete(ResponseState response, ServerEvent e)
    {
        if (_open.Remove(response.Id, out var open) && !response.IsOutOfBand)
            return new ResponseDone(response with { Metadata = open.Metadata });
        if (response.Text.Length > 0 || _written is not var (id, text) || id != response.Id) return e;
        return new ResponseDone(response with { Output = [new ConversationItem("message", Content: [new ContentPart("text", text)])] });
    }

    // Only that a text grows beyond the usual length is worth a message: one delta stands for so many characters.
    private bool IsProgress(OutputTextDelta delta)
    {
        if (!_open.TryGetValue(delta.ResponseId, out var open)) return false;
        var written = open.Written + delta.Delta.Length;
        _open[delta.ResponseId] = open with { Written = written };
        return written / OutOfBandRequest.ProgressStep > open.Written / OutOfBandRequest.ProgressStep;
    }

    private Recipients OwnerOf(ResponseId id) => _outOfBand.Contains(id.Value) ? Recipients.OutOfBand : Recipients.Turns;

    // Kept after response.done too: late audio of an out-of-band response must never be played.
    private void Remember(ResponseState response)
    {
        if (_outOfBand.Contains(response.Id.Value)) return;
        _outOfBand = _outOfBand.With(response.Id.Value);
        if (_open.Count == Remembered) _open.Clear(); // the server ends none of its responses
        _open[response.Id] = new(response.Metadata!, Written: 0);
    }

    // Written: characters of its text so far; TextOf: the item whose text was complete last.
    private readonly record struct OpenResponse(IReadOnlyDictionary<string, string> Metadata, int Written, ItemId? TextOf = null);
}
