using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RealtimeAkka.Gateway.Calls;

namespace RealtimeAkka.Gateway.Http;

/// <summary>Writes a call with its records as one object, without holding them all.</summary>
internal sealed class CallJson : IAsyncDisposable
{
    private const int MaxPending = 32 * 1024;

    private readonly Utf8JsonWriter _json;

    private CallJson(Utf8JsonWriter json) => _json = json;

    /// <summary>Writes everything but the records.</summary>
    public static CallJson Begin(HttpResponse response, CallView view)
    {
        response.ContentType = "application/json; charset=utf-8";
        var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("id", view.Id);
        json.WriteString("state", view.State);
        json.WriteString("source", view.Source.ToString().ToLowerInvariant());
        json.WriteString("started_at", view.StartedAt);
        json.WriteNumber("turns", view.Turns);
        json.WriteNumber("total_usd", view.TotalUsd);
        json.WriteString("node", view.Node);
        json.WriteStartArray("records");
        return new CallJson(json);
    }

    /// <summary>Writes a record.</summary>
    public async ValueTask AddAsync(NumberedRecord record, CancellationToken cancellation)
    {
        _json.WriteRawValue(record.Json.Span, skipInputValidation: true);
        if (_json.BytesPending > MaxPending) await _json.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends the object.</summary>
    public ValueTask DisposeAsync()
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
        return _json.DisposeAsync();
    }
}
