using System.Collections.Immutable;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Actors.Socket;

/// <summary>Whose error it is: the kind of request and, if one is unanswered, its event id. <c>None</c>: nobody's.</summary>
public readonly record struct ErrorOwner(RequestKinds Kind, EventId? Request = null);

/// <summary>
/// The requests on one connection that the server has not answered, and by them and by <see cref="ErrorSubject"/> whose error an
/// <c>error</c> is: its event id is often null although ours had one (docs/protocol.md 9.1). An error that may be about several kinds
/// of unanswered requests is nobody's: a request that fails for another's error would be sent and paid twice, while one whose error is
/// not recognised is repeated when its time to answer is over.
/// </summary>
public sealed record UnansweredRequests
{
    // Far more than can be in flight; beyond it the oldest is forgotten.
    private const int Capacity = 64;

    private readonly record struct Entry(RequestKinds Kind, EventId Id, string? About, bool HasFields);

    private ImmutableList<Entry> Entries { get; init; } = [];
    private bool HasAudio { get; init; } // audio is never acknowledged

    /// <summary>The requests after one more was sent.</summary>
    public UnansweredRequests Sent(ClientEvent request) => request switch
    {
        AppendAudio => HasAudio ? this : this with { HasAudio = true },
        SessionUpdate => Add(RequestKinds.Update, request, null),
        CommitAudio => Add(RequestKinds.Commit, request, null),
        CreateItem { Item: var item } => Add(RequestKinds.CreateItem, request, item.CallId),
        TruncateItem { ItemId: var id } => Add(RequestKinds.Truncate, request, id.Value),
        DeleteItem { ItemId: var id } => Add(RequestKinds.Delete, request, id.Value),
        CancelResponse { ResponseId: var id } => Add(RequestKinds.Cancel, request, id?.Value),
        CreateResponse { Response: null } => Add(RequestKinds.Answer, request, null, hasFields: false),
        CreateResponse { Response.Metadata: { } metadata } when metadata.ContainsKey(OutOfBandMetadata.Task)
            => Add(RequestKinds.OutOfBand, request, null),
        CreateResponse => Add(RequestKinds.Answer, request, null),
        _ => this,
    };

    /// <summary>The requests after an event that may answer one.</summary>
    public UnansweredRequests On(ServerEvent e) => Entries.IsEmpty ? this : e switch
    {
        SessionUpdated => Without(RequestKinds.Update),
        InputCommitted => WithoutFirst(RequestKinds.Commit, null),
        ItemTruncated { ItemId: var id } => WithoutFirst(RequestKinds.Truncate, id.Value),
        ItemDeleted { ItemId: var id } => WithoutFirst(RequestKinds.Delete, id.Value),
        ItemAdded { Item: { IsUserSpeech: false, Status: not "in_progress" } item } => WithoutFirst(RequestKinds.CreateItem, item.CallId),
        ResponseCreated { Response: { IsOutOfBand: true } response } => Answered(response),
        // response.created does not say whose request it answers, so an answer counts as requested until a response is over.
        ResponseDone { Response: { IsOutOfBand: false } response }
            => WithoutFirst(RequestKinds.Cancel, response.Id.Value).WithoutFirst(RequestKinds.Answer, null),
        ResponseDone { Response: var response } => WithoutFirst(RequestKinds.Cancel, response.Id.Value).Answered(response),
        _ => this,
    };

    /// <summary>Whose error it is, and the requests without the one that it answers.</summary>
    public (ErrorOwner Owner, UnansweredRequests Next) Owner(ErrorDetail error)
    {
        if (error.EventId is { } named)
        {
            if (Entries.Find(entry => entry.Id.Value == named) is { Kind: not RequestKinds.None } request) return Take(request);
            // Answered before, or forgotten: whose it is shows in the name.
            var kind = named.StartsWith("oob_", StringComparison.Ordinal) ? RequestKinds.OutOfBand
                : named.StartsWith("session_", StringComparison.Ordinal) ? RequestKinds.Update
                : named.StartsWith("turn_", StringComparison.Ordinal) ? RequestKinds.Answer : RequestKinds.None;
            if (kind != RequestKinds.None) return (new(kind, EventId.Of(named)), this);
        }
        var (kinds, isField) = ErrorSubject.Of(error);
        var able = Entries.RemoveAll(entry => !kinds.HasFlag(entry.Kind) || (isField && !entry.HasFields));
        if (able.IsEmpty || (HasAudio && kinds.HasFlag(RequestKinds.Append)))
        {
            // Of one kind, but unanswered no more: a cancel that crosses the end of its response, for example.
            return (new(System.Numerics.BitOperations.IsPow2((int)kinds) ? kinds : RequestKinds.None), this);
        }
        if (able.Exists(entry => entry.Kind != able[0].Kind)) return (default, this);
        return Take(able.Find(entry => Names(error, entry.About)) is { Kind: not RequestKinds.None } about ? about : able[0]);
    }

    private (ErrorOwner, UnansweredRequests) Take(Entry request) =>
        (new(request.Kind, request.Id), this with { Entries = Entries.Remove(request) });

    private static bool Names(ErrorDetail error, string? id) =>
        id is not null && error.Message?.Contains(id, StringComparison.Ordinal) == true;

    private UnansweredRequests Add(RequestKinds kind, ClientEvent request, string? about, bool hasFields = true) =>
        request.EventId is not { } id ? this
        : this with
        {
            Entries = (Entries.Count < Capacity ? Entries : Entries.RemoveAt(0)).Add(new Entry(kind, id, about, hasFields)),
        };

    private UnansweredRequests Answered(ResponseState response)
    {
        var metadata = response.Metadata!;
        var id = $"oob_{metadata[OutOfBandMetadata.Task]}_{metadata.GetValueOrDefault(OutOfBandMetadata.Turn)}"
            + $"_{metadata.GetValueOrDefault(OutOfBandMetadata.Attempt)}";
        return Without(Entries.FindIndex(entry => entry.Id.Value == id));
    }

    private UnansweredRequests Without(RequestKinds kind) => this with { Entries = Entries.RemoveAll(entry => entry.Kind == kind) };

    private UnansweredRequests WithoutFirst(RequestKinds kind, string? about) =>
        Without(Entries.FindIndex(entry => entry.Kind == kind && (about is null || entry.About is null || entry.About == about)));

    private UnansweredRequests Without(int at) => at < 0 ? this : this with { Entries = Entries.RemoveAt(at) };
}
