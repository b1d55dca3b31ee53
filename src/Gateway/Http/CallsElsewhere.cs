using Microsoft.AspNetCore.Http;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Gateway.Http;

/// <summary>
/// <c>/api/calls</c> for the calls of other nodes. Records come page by page, each asked for when the one before is written: a reader that
/// is slow asks for nothing, and nothing waits for it.
/// </summary>
internal sealed class CallsElsewhere(ICluster cluster)
{
    /// <summary>The calls of other nodes that are not over or lost.</summary>
    public Task<IReadOnlyList<CallView>> ListAsync() => cluster.ElsewhereAsync();

    /// <summary>Writes a call with its records so far.</summary>
    public async Task GetAsync(HttpContext http, SessionId id)
    {
        CallView? view;
        CallRecords? page;
        try
        {
            view = await cluster.FindAsync(id).ConfigureAwait(false);
            page = view is null ? null : await cluster.ReadAsync(id, after: 0, isPatient: false).ConfigureAwait(false);
        }
        catch (NodeAwayException e)
        {
            await Problems.Away(e).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }
        if (view is null)
        {
            await Problems.NoCall().ExecuteAsync(http).ConfigureAwait(false);
            return;
        }
        await using var json = CallJson.Begin(http.Response, view);
        for (CallRecords? next = page; next is { Records: [.., var last] };
            next = next.IsLast ? null : await cluster.ReadAsync(id, last.Number, isPatient: false).ConfigureAwait(false))
        {
            foreach (var record in next.Records) await json.AddAsync(record, http.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the records after this number as events, until the last one or until the node is gone.</summary>
    public async Task FollowAsync(HttpContext http, SessionId id, long after)
    {
        CallRecords? page;
        try
        {
            page = await cluster.ReadAsync(id, after, isPatient: false).ConfigureAwait(false);
        }
        catch (NodeAwayException e)
        {
            await Problems.Away(e).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }
        if (page is null or { Records.Count: 0, IsLast: true })
        {
            if (page is null) await Problems.NoCall().ExecuteAsync(http).ConfigureAwait(false);
            else http.Response.StatusCode = StatusCodes.Status204NoContent; // tells EventSource not to come again
            return;
        }
        http.Response.ContentType = "text/event-stream";
        var stream = new EventStream(http.Response.BodyWriter, http.RequestAborted);
        await stream.FlushAsync().ConfigureAwait(false);
        while (page is not null && !http.RequestAborted.IsCancellationRequested)
        {
            foreach (var record in page.Records)
            {
                await stream.WriteAsync(record).ConfigureAwait(false);
                after = record.Number;
            }
            if (page.IsLast) return;
            if (page.Records.Count == 0) await stream.KeepAliveAsync().ConfigureAwait(false);
            try
            {
                page = await cluster.ReadAsync(id, after, isPatient: true).ConfigureAwait(false);
            }
            catch (NodeAwayException)
            {
                return; // a reader that comes again learns why
            }
        }
    }

    /// <summary>Ends a call in good order.</summary>
    public async Task<IResult> StopAsync(SessionId id)
    {
        try
        {
            if (await cluster.FindAsync(id).ConfigureAwait(false) is null) return Problems.NoCall();
            await cluster.StopAsync(id).ConfigureAwait(false);
            return TypedResults.Accepted((string?)null);
        }
        catch (NodeAwayException e)
        {
            return Problems.Away(e);
        }
    }
}
