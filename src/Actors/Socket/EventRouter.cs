using RealtimeAkka.Actors.Stations;
using RealtimeAkka.Protocol;
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
/// The one table of which actor receives which event, for one connection. It also finds the request an <c>error</c> belongs to:
/// its event id is often null although ours had one (docs/protocol.md 9.1), so it goes to the oldest unanswered request of its kind.
/// </summary>
public sealed class EventRouter
{
    // Far more than can be in flight. Beyond it the oldest is forgotten; its late events go to the turns, which ignore unknown responses.
    private const int Remembered = 64;

    // A single failure is the request's, or the service's for a moment.
    private const int ServerErrorsInARow = 3;

    private SeenIds _outOfBand = new(Remembered);
    private readonly Dictionary<ResponseId, IReadOnlyDictionary<string, string>> _open = []; // metadata of responses that are not done
    private readonly List<EventId> _requests = [];
    private EventId? _update;
    private int _serverErrors; // failed responses in a row

    /// <summary>Records a request, to match its answer later.</summary>
    public void Sent(ClientEvent clientEvent)
    {
        switch (clientEvent)
        {
            case SessionUpdate update:
                _update = update.EventId;
                break;
            case CreateResponse { Response.Metadata: not null, EventId: { } id }:
                if (_requests.Count == Remembered) _requests.RemoveAt(0);
                _requests.Add(id);
                break;
        }
    }

    /// <summary>The recipients of an event, and the event to send them (for an error, with the id of its request filled in).</summary>
    public (Recipients To, ServerEvent Event) Route(ServerEvent e)
    {
        var (to, routed) = Find(e);
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
            case SessionUpdated:
                _update = null;
                return (Recipients.Socket, e);
            case SessionCreated:
                return (Recipients.Socket, e);
            case ServerError error:
                return Route(error);
            case ResponseCreated { Response: var response } when IsOwnRequest(response):
                Remember(response);
                Answered(response);
                return (Recipients.OutOfBand, e);
            case ResponseDone { Response: var response } when IsOwnRequest(response) || _outOfBand.Contains(response.Id.Value):
                // The ledger needs the metadata, which the server may leave out of response.done.
                var told = _open.Remove(response.Id, out var metadata) && !IsOwnRequest(response)
                    ? new ResponseDone(response with { Metadata = metadata }) : e;
                return (Recipients.OutOfBand | Recipients.Ledger, told);
            case ResponseDone:
                return (Recipients.Turns | Recipients.Ledger, e);
            case ResponseCreated:
                return (Recipients.Turns, e);
            case OutputItemAdded { ResponseId: var id }:
                return (PartOf(id), e);
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
            case OutputTextDelta { ResponseId: var id }:
                return (PartOf(id), e);
            case OutputTextDone { ResponseId: var id }:
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

    private (Recipients, ServerEvent) Route(ServerError error)
    {
        if (error.Error.EventId is { } named && EventId.Of(named) is var id
            && (_requests.Remove(id) || named.StartsWith("oob_", StringComparison.Ordinal)))
        {
            return (Recipients.OutOfBand, error);
        }
        if (error.Error.EventId is { } own && own.StartsWith("turn_", StringComparison.Ordinal)) return (Recipients.Turns, error);
        if (_update is not null || error.Error.Code is "session_expired" or "invalid_api_key") return (Recipients.Socket, error);

        // Without an event id, the code tells the kind of request; what is left can only be for our oldest response.create.
        if (error.Error.Code is "response_cancel_not_active" or "input_audio_buffer_commit_empty"
            or "conversation_already_has_active_response"
            || error.Error.Code?.StartsWith("item_", StringComparison.Ordinal) == true)
        {
            return (Recipients.Turns, error);
        }
        if (error.Error.EventId is null && _requests.Count > 0 && error.Error.Type != "server_error")
        {
            var oldest = _requests[0];
            _requests.RemoveAt(0);
            return (Recipients.OutOfBand, error with { Error = error.Error with { EventId = oldest.Value } });
        }
        return (Recipients.Socket, error);
    }

    private static bool IsOwnRequest(ResponseState response) => response.Metadata?.ContainsKey(OutOfBandMetadata.Task) == true;

    // Deltas of out-of-band responses and of built-in transcripts are dropped: the complete text follows.
    private Recipients PartOf(ResponseId id) => _outOfBand.Contains(id.Value) ? Recipients.None : Recipients.Turns;

    private Recipients OwnerOf(ResponseId id) => _outOfBand.Contains(id.Value) ? Recipients.OutOfBand : Recipients.Turns;

    // Kept after response.done too: late audio of an out-of-band response must never be played.
    private void Remember(ResponseState response)
    {
        if (_outOfBand.Contains(response.Id.Value)) return;
        _outOfBand = _outOfBand.With(response.Id.Value);
        if (_open.Count == Remembered) _open.Clear(); // the server ends none of its responses
        _open[response.Id] = response.Metadata!;
    }

    private void Answered(ResponseState response)
    {
        var m = response.Metadata!;
        var suffix = $"_{m.GetValueOrDefault(OutOfBandMetadata.Turn)}_{m.GetValueOrDefault(OutOfBandMetadata.Attempt)}";
        _requests.RemoveAll(id => id.Value == $"oob_{m[OutOfBandMetadata.Task]}{suffix}");
    }
}
