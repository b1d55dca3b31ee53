using System.Net.WebSockets;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Http;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Gateway.Telephone;

/// <summary>The paths for telephone carriers (docs/telephone.md).</summary>
internal sealed class TelephoneEndpoints(
    GatewaySettings settings, TwilioAccess twilio, ICalls calls, IGatewayLog log, TimeProvider clock, TimeProvider ticker)
{
    // A carrier sends the start with the connection.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly CallEntry _entry = new(calls, entersNow: false);

    /// <summary>Maps them.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(TwilioAccess.Voice, (Delegate)VoiceAsync).ExcludeFromDescription();
        app.MapGet(TwilioAccess.Stream, TwilioAsync).ExcludeFromDescription();
        app.MapGet("/calls/telnyx", http => CarryAsync(http, new TelnyxCarrier())).ExcludeFromDescription();
    }

    // Twilio asks what to do with a call: connect its sound with a stream, or say that the line is busy.
    private async Task<IResult> VoiceAsync(HttpContext http, HealthCheckService health)
    {
        if (!http.Request.HasFormContentType) return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "the body must be a form");
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "the form cannot be read");
        }
        var fields = form.SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")));
        if (Refusal(http, fields) is { } refusal) return refusal;
        var ready = await health.CheckHealthAsync(GatewayApp.Checks(GatewayApp.ReadyTag).Predicate, http.RequestAborted)
            .ConfigureAwait(false);
        if (ready.Status != HealthStatus.Healthy) return Answer(new XElement("Reject", new XAttribute("reason", "busy")));
        var stream = new XElement("Stream", new XAttribute("url", twilio.StreamAddress(http.Request)));
        // Twilio signs the address of this request with the tenant in it.
        if (!Tenants.TryRead(http.Request.Query[Tenants.Parameter], out var tenant)) return Problems.NoTenant();
        if (tenant is { Value: var named })
            stream.Add(new XElement("Parameter", new XAttribute("name", Tenants.Parameter), new XAttribute("value", named)));
        foreach (var (name, field) in ((string, string)[])[(TwilioCarrier.From, "From"), (TwilioCarrier.To, "To")])
        {
            if (form[field] is [{ Length: > 0 and <= 100 } number])
                stream.Add(new XElement("Parameter", new XAttribute("name", name), new XAttribute("value", number)));
        }
        return Answer(new XElement("Connect", stream));
    }

    private static ContentHttpResult Answer(XElement verb) => TypedResults.Content(
        $"""<?xml version="1.0" encoding="UTF-8"?>{new XElement("Response", verb).ToString(SaveOptions.DisableFormatting)}""", "text/xml");

    private Task TwilioAsync(HttpContext http) =>
        Refusal(http, []) is { } refusal ? refusal.ExecuteAsync(http) : CarryAsync(http, new TwilioCarrier());

    private IResult? Refusal(HttpContext http, IEnumerable<KeyValuePair<string, string>> form)
    {
        if (twilio.Check(http.Request, form) is not { } reason) return null;
        log.Warn($"A request of Twilio was refused: {reason}");
        return Problems.Of(StatusCodes.Status403Forbidden, reason);
    }

    private async Task CarryAsync(HttpContext http, ICarrier carrier)
    {
        if (await _entry.AdmitAsync(http).ConfigureAwait(false) is not var (id, socket)) return;
        using var _ = socket;
        using var call = new TelephoneCall(socket, carrier, settings.Telephone, clock, ticker);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(StartLimit);
        var (start, breach) = await call.OpenAsync(limit.Token).ConfigureAwait(false);
        if (start is null)
        {
            calls.Withdraw(id);
            log.Warn($"A call did not begin: {breach.Reason}");
            await CallEntry.RefuseAsync(socket, breach).ConfigureAwait(false);
            return;
        }
        if (await EnterAsync(http, id, start).ConfigureAwait(false) is { } refused)
        {
            await CallEntry.RefuseAsync(socket, refused).ConfigureAwait(false);
            return;
        }
        var session = calls.RunAsync(id, new CallPorts(CallSource.Telephone, carrier.Name, call.Source, call.Speaker)
        {
            Telephone = Facts(carrier, start),
            Keypad = call.Keypad,
            Format = call.Format,
            BargesIn = true,
            RecordHeard = record => call.Speaker.Record = record,
        });
        await call.RunAsync(
            session, () => calls.Stop(id), broken => log.Warn($"The carrier of a call broke a rule: {broken}", id), http.RequestAborted)
            .ConfigureAwait(false);
        if (call.Losses is { } losses) log.Warn(losses, id);
    }

    // The tenant is a parameter of the carrier's, or of the address that the carrier was given.
    private async Task<CallBreach?> EnterAsync(HttpContext http, SessionId id, CallStart start)
    {
        var name = start.Parameters.GetValueOrDefault(Tenants.Parameter) ?? (string?)http.Request.Query[Tenants.Parameter];
        if (!Tenants.TryRead(name, out var tenant))
        {
            calls.Withdraw(id);
            return new CallBreach(WebSocketCloseStatus.PolicyViolation, "the tenant is no name of one");
        }
        return await calls.EnterAsync(id, tenant).ConfigureAwait(false) is { } reason
            ? new CallBreach((WebSocketCloseStatus)1013, Problems.Say(reason).Reason) : null;
    }

    // The caller's number is that of a person, and recorded as the address of a browser is.
    private TelephoneFacts Facts(ICarrier carrier, CallStart start) =>
        new(carrier.Name, start.Call, settings.RecordAddress ? start.From : null, start.To, start.Parameters);
}
