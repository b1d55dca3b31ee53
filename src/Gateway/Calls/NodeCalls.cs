using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Calls;

/// <summary>The calls of this node, live and recorded, for readers here and on other nodes.</summary>
/// <param name="node">The name of this node.</param>
/// <param name="calls">The calls that are not over.</param>
/// <param name="recorded">The calls that are.</param>
/// <param name="cluster">The other nodes; null: there is no cluster.</param>
public sealed class NodeCalls(string node, ICalls calls, IRecordedCalls recorded, ICluster? cluster)
{
    // What one answer to another node holds at most; the longest record of all is shorter.
    private const int MaxRecords = 64, MaxBytes = 256 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The calls that are not over, the newest first.</summary>
    public IEnumerable<CallView> Live => calls.Live.Select(View);

    /// <summary>A call; null: there is none of this id.</summary>
    public CallView? Find(SessionId id) =>
        calls.Find(id) is { } live ? View(live) : recorded.Find(id) is { } ended ? View(ended) : null;

    /// <summary>Ends a call in good order; no effect if it is over.</summary>
    public void Stop(SessionId id) => calls.Stop(id);

    /// <summary>
    /// The records of a call after this number, as many as one answer holds; with <paramref name="isPatient"/> it waits for the first of
    /// them for some seconds. Null: there is no such call.
    /// </summary>
    public async Task<CallRecords?> ReadAsync(SessionId id, long after, bool isPatient)
    {
        if (calls.Find(id) is not { } live)
            return recorded.Find(id) is null ? null : Cut(recorded.Records(id).Where(record => record.Number > after), isLast: true);
        var page = live.Records.Read(after, MaxRecords);
        if (isPatient && page is { Records.Count: 0, IsLast: false })
        {
            await Task.WhenAny(page.Changed, Task.Delay(Patience)).ConfigureAwait(false);
            page = live.Records.Read(after, MaxRecords);
        }
        return Cut(page.Records, page.IsLast);
    }

    /// <summary>A call that is not over, in a list.</summary>
    public CallView View(LiveCall call)
    {
        var (turns, usd) = call.Records.Figures;
        return new(call.Id.Value, CallView.Live, call.Source, call.StartedAt, turns, usd, node);
    }

    /// <summary>A recorded call that is not live here, in a list.</summary>
    public CallView View(RecordedCall call) =>
        new(call.Id.Value, State(call), call.Source, call.StartedAt, call.Turns, call.TotalUsd, call.IsHere ? node : "");

    /// <summary>Whether it is for another node to answer for the call.</summary>
    public bool IsElsewhere(RecordedCall call) =>
        call is { IsFinished: false, IsHere: false } && cluster?.MayHave(call.Id, call.StartedAt) == true;

    // Only in a cluster it is known that nobody else has a call under way.
    private string State(RecordedCall call) =>
        call.IsFinished || cluster is null ? CallView.Ended : IsElsewhere(call) ? CallView.Live : CallView.Lost;

    private static CallRecords Cut(IEnumerable<NumberedRecord> records, bool isLast)
    {
        List<NumberedRecord> taken = [];
        var bytes = 0;
        foreach (var record in records)
        {
            bytes += record.Json.Length;
            if (taken.Count > 0 && (bytes > MaxBytes || taken.Count == MaxRecords)) return new CallRecords(taken, IsLast: false);
            taken.Add(record);
        }
        return new CallRecords(taken, isLast);
    }
}
