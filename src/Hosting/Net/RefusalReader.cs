using System.Net;
using System.Text.Json;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// Reads why a server refuses an upgrade, which <see cref="System.Net.WebSockets.ClientWebSocket"/> drops: the wait it asks for, and the
/// error in the body. Any answer but 101 throws a <see cref="ConnectionException"/>.
/// </summary>
internal sealed class RefusalReader(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int MaxBody = 16 * 1024;
    private const int MaxText = 500; // characters of a message for a person
    private static readonly TimeSpan BodyLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols) return response;
        using (response)
        {
            var key = request.Headers.Authorization?.Parameter
                ?? (request.Headers.TryGetValues("api-key", out var keys) ? string.Concat(keys) : null);
            var error = await ErrorAsync(response.Content, new KeyRedactor(key), cancellationToken).ConfigureAwait(false);
            throw new ConnectionException(new ConnectionEnd.Refused((int)response.StatusCode, Wait(response), error));
        }
    }

    private static TimeSpan Wait(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var wait = response.Headers.TryGetValues("retry-after-ms", out var values) && double.TryParse(
                values.First(), System.Globalization.CultureInfo.InvariantCulture, out var ms) && ms is >= 0 and < 1e9
            ? TimeSpan.FromMilliseconds(ms)
            : after?.Delta ?? (after?.Date - (response.Headers.Date ?? DateTimeOffset.UtcNow)) ?? TimeSpan.Zero;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > MaxWait ? MaxWait : wait;
    }

    private static async Task<ErrorDetail?> ErrorAsync(HttpContent content, KeyRedactor secret, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(BodyLimit);
        var body = new byte[MaxBody];
        var length = 0;
        try
        {
            var stream = await content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            while (length < MaxBody && await stream.ReadAsync(body.AsMemory(length), limit.Token).ConfigureAwait(false) is > 0 and var read)
                length += read;
            secret.Redact(body.AsSpan(0, length));
            using var json = JsonDocument.Parse(secret.RedactEscaped(body.AsSpan(0, length)) ?? body.AsMemory(0, length));
            return Error(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or HttpRequestException
            or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return null; // the status has to do
        }
    }

    // {"error":{...}}, {"error":"text"} or the fields alone; a code may be a number.
    private static ErrorDetail? Error(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object) return null;
        var error = body.TryGetProperty("error"u8, out var inner) ? inner : body;
        if (error.ValueKind == JsonValueKind.String) return new ErrorDetail(Message: Short(error.GetString()!));
        if (error.ValueKind != JsonValueKind.Object) return null;
        var detail = new ErrorDetail(Text(error, "type"u8), Text(error, "code"u8), Text(error, "message"u8));
        return detail == new ErrorDetail() ? null : detail;
    }

    private static string? Text(JsonElement error, ReadOnlySpan<byte> name) => !error.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String ? Short(value.GetString()!)
        : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : null;

    private static string Short(string text) => text.Length <= MaxText ? text : text[..MaxText];
}
