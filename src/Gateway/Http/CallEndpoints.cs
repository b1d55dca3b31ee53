using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Gateway.Http;

/// <summary>A call in lists.</summary>
public sealed record CallView(
    string Id, string State, CallSource Source, DateTimeOffset StartedAt, int Turns, decimal TotalUsd, string Node)
{
    /// <summary>The states of a call; lost: the node that had it is gone.</summary>
    public const string Live = "live", Ended = "ended", Lost = "lost";
}

/// <summary>Calls, the newest first.</summary>
public sealed record CallList(IReadOnlyList<CallView> Calls);

/// <summary>A call with its records (docs/contract.md 5) so far.</summary>
public sealed record CallDetail(
    string Id, string State, CallSource Source, DateTimeOffset StartedAt, int Turns, decimal TotalUsd, string Node,
    IReadOnlyList<JsonElement> Records);

/// <summary>
/// The call to start: <c>sample</c>, or the name of a WAV file; at the pace of a voice (<c>realtime</c>) or <c>fast</c>; whose it is.
/// </summary>
public sealed record StartCall(string? Input, string? Pace, string? Tenant = null);

/// <summary>The call that was started.</summary>
public sealed record StartedCall(string Id);

/// <summary><c>/api/calls</c> (docs/http.md).</summary>
internal sealed class CallEndpoints(ICalls calls, IRecordedCalls recorded, NodeCalls here, CallsElsewhere? elsewhere)
{
    private const int MaxListed = 1000, DefaultListed = 100;

    // Records that are written at once; a reader that is slower is asked for nothing and given nothing more.
    private const int PageSize = 64;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Maps them.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/calls").WithTags("calls").ProducesProblem(StatusCodes.Status401Unauthorized);
        group.MapGet("", ListAsync).WithName("listCalls").WithSummary("Live, ended and lost calls, the newest first.")
            .Produces<CallList>().ProducesProblem(400);
        group.MapPost("", (Delegate)StartAsync).WithName("startCall").WithSummary("Starts a call with a recorded voice.")
            .Accepts<StartCall>("application/json").Produces<StartedCall>(201).ProducesProblem(400).ProducesProblem(503);
        group.MapGet("/{id}", GetAsync).WithName("getCall").WithSummary("A call with its records so far.")
            .Produces<CallDetail>().ProducesProblem(400).ProducesProblem(404);
        group.MapGet("/{id}/events", EventsAsync).WithName("followCall")
            .WithSummary("Each record as a server-sent event with its number; Last-Event-ID resumes; ends after the summary.")
            .Produces<string>(200, "text/event-stream").Produces(204).ProducesProblem(400).ProducesProblem(404);
        group.MapGet("/{id}/audio/{file}", Audio).WithName("getAudio").WithSummary("A recording: input.wav or output.wav.")
            .Produces<byte[]>(200, "audio/wav").ProducesProblem(400).ProducesProblem(404);
        group.MapDelete("/{id}", DeleteAsync).WithName("endCall").WithSummary("Ends a call in good order.")
            .Produces(202).ProducesProblem(400).ProducesProblem(404);
    }

    private async Task<IResult> ListAsync(string? state = null, string? limit = null)
    {
        var most = DefaultListed;
        if (limit is not null && (!TryRead(limit, out most) || most is < 1 or > MaxListed))
            return Problems.Of(400, $"limit must be a whole number from 1 to {MaxListed}");
        if (state is not (null or CallView.Live or CallView.Ended or CallView.Lost))
            return Problems.Of(400, "state must be live, ended or lost");
        var away = elsewhere is null ? [] : await elsewhere.ListAsync().ConfigureAwait(false);
        List<CallView> live = [.. here.Live, .. away.Where(call => call.State == CallView.Live)];
        // Which of the recorded calls are lost is known when they are read.
        var ended = state == CallView.Live ? []
            : recorded.Newest(state is null || elsewhere is null ? most : MaxListed, live.Select(call => call.Id).ToHashSet()).Select(here.View);
        // What is known of a lost call by its records is more than what its node had said.
        return TypedResults.Ok(new CallList(
            [.. live.Concat(ended).Concat(away).DistinctBy(call => call.Id).Where(call => state is null || call.State == state)
                .OrderByDescending(call => call.StartedAt).Take(most)]));
    }

    private static bool TryRead<T>(string? text, out T number) where T : INumberBase<T> =>
        T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number!);

    private async Task<IResult> StartAsync(HttpContext http)
    {
        StartCall? wanted;
        try
        {
            wanted = await http.Request.ReadFromJsonAsync<StartCall>(http.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Problems.Of(400, "the body must be JSON: {\"input\":\"sample\"}");
        }
        if (wanted?.Input is not { } input || (input != "sample" && !CallIds.IsWavName(input)))
            return Problems.Of(400, "input must be sample, or the name of a WAV file in the folder serve.inputs");
        if (!Tenants.TryRead(wanted.Tenant, out var tenant)) return Problems.NoTenant();
        if (wanted.Pace is not (null or "realtime" or "fast")) return Problems.Of(400, "pace must be realtime or fast");
        try
        {
            var (id, refusal) = await calls.StartAsync(input, wanted.Pace != "fast", tenant).ConfigureAwait(false);
            return refusal is { } reason ? Unavailable(http, reason)
                : TypedResults.Created($"/api/calls/{id.Value}", new StartedCall(id.Value));
        }
        catch (InputException e)
        {
            return Problems.Of(400, e.Message);
        }
    }

    private async Task GetAsync(HttpContext http, string id)
    {
        if (Find(id, out var live, out var ended) is { } problem)
        {
            await problem.ExecuteAsync(http).ConfigureAwait(false);
            return;
        }
        if (live is null && ended is null)
        {
            await elsewhere!.GetAsync(http, new SessionId(id)).ConfigureAwait(false);
            return;
        }
        var view = live is not null ? here.View(live) : here.View(ended!);
        var records = live is not null ? SoFar(live.Records) : recorded.Records(ended!.Id);
        await using var json = CallJson.Begin(http.Response, view);
        foreach (var record in records) await json.AddAsync(record, http.RequestAborted).ConfigureAwait(false);
    }

    private async Task EventsAsync(HttpContext http, string id)
    {
        if (Find(id, out var live, out var ended) is { } problem)
        {
            await problem.ExecuteAsync(http).ConfigureAwait(false);
            return;
        }
        var after = TryRead<long>(http.Request.Headers["Last-Event-ID"], out var last) ? last : 0;
        if (live is null && ended is null)
        {
            await elsewhere!.FollowAsync(http, new SessionId(id), after).ConfigureAwait(false);
            return;
        }
        using var rest = live is null ? recorded.Records(ended!.Id).Where(record => record.Number > after).GetEnumerator() : null;
        if (rest is not null && !rest.MoveNext())
        {
            // Tells EventSource not to come again.
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        http.Response.ContentType = "text/event-stream";
        var stream = new EventStream(http.Response.BodyWriter, http.RequestAborted);
        if (rest is not null)
        {
            do await stream.WriteAsync(rest.Current).ConfigureAwait(false);
            while (rest.MoveNext());
            return;
        }
        await FollowAsync(live!.Records, stream, after, http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task FollowAsync(RecordLog records, EventStream stream, long after, CancellationToken cancellation)
    {
        await stream.FlushAsync().ConfigureAwait(false);
        while (true)
        {
            var page = records.Read(after, PageSize);
            foreach (var record in page.Records)
            {
                await stream.WriteAsync(record).ConfigureAwait(false);
                after = record.Number;
            }
            if (page.IsLast) return;
            if (page.Records.Count > 0) continue;
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var next = await Task.WhenAny(page.Changed, Task.Delay(KeepAlive, wait.Token)).ConfigureAwait(false);
            await wait.CancelAsync().ConfigureAwait(false);
            if (cancellation.IsCancellationRequested) return;
            if (next != page.Changed) await stream.KeepAliveAsync().ConfigureAwait(false);
        }
    }

    private static IEnumerable<NumberedRecord> SoFar(RecordLog records)
    {
        for (var page = records.Read(0, PageSize); page.Records.Count > 0; page = records.Read(page.Records[^1].Number, PageSize))
            foreach (var record in page.Records) yield return record;
    }

    private IResult Audio(string id, string file)
    {
        if (CallIds.Read(id) is not { } call) return Problems.NoId();
        if (file is not ("input.wav" or "output.wav")) return Problems.Of(404, "the recordings of a call are input.wav and output.wav");
        return recorded.OpenAudio(call, file) is { } stream
            ? TypedResults.Stream(new SnapshotStream(stream), "audio/wav", enableRangeProcessing: true)
            : Problems.Of(404, "this call has no such recording");
    }

    private async Task<IResult> DeleteAsync(string id)
    {
        if (Find(id, out var live, out var ended) is { } problem) return problem;
        if (live is null && ended is null) return await elsewhere!.StopAsync(new SessionId(id)).ConfigureAwait(false);
        if (live is not null) calls.Stop(live.Id);
        return TypedResults.Accepted((string?)null);
    }

    // Where there is a cluster, a call that is not here may be elsewhere; both are null then.
    private IResult? Find(string id, out LiveCall? live, out RecordedCall? ended)
    {
        (live, ended) = (null, null);
        if (CallIds.Read(id) is not { } call) return Problems.NoId();
        live = calls.Find(call);
        ended = live is null && recorded.Find(call) is { } found && !here.IsElsewhere(found) ? found : null;
        return live is null && ended is null && elsewhere is null ? Problems.NoCall() : null;
    }

    /// <summary>503 with the time to wait.</summary>
    public static IResult Unavailable(HttpContext http, CallRefusal refusal)
    {
        var (reason, seconds) = Problems.Say(refusal);
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(StatusCodes.Status503ServiceUnavailable, reason);
    }
}
