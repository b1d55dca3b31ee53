using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Hosting.Net;

namespace RealtimeAkka.Hosting.Actions;

/// <summary>Posts the JSON to a web service, with the id as <c>Idempotency-Key</c>. The result is the first 64 KiB of the answer.</summary>
/// <param name="url">The address of the service.</param>
/// <param name="token">The bearer token of the <c>Authorization</c> header; null: no header.</param>
public sealed class HttpAction(Uri url, string? token) : IAction
{
    private const int MaxAnswer = 64 * 1024;

    // Redirects are not followed: the token and the caller's words go to the configured address only.
    private static readonly HttpClient Client =
        new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), Proxy = OutboundProxy.Instance,
        })
        { Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    public async Task<string> RunAsync(string id, string json, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
            { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", id);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
                .ConfigureAwait(false);
            var status = (int)response.StatusCode;
            if (!response.IsSuccessStatusCode)
                throw new ActionException($"{url.Host} answered HTTP {status}", IsPermanent(response.StatusCode));
            await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var answer = new byte[MaxAnswer];
            return Encoding.UTF8.GetString(
                answer, 0, await body.ReadAtLeastAsync(answer, MaxAnswer, throwOnEndOfStream: false, cancellation).ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ActionException($"{url.Host} cannot be reached: {e.Message.TrimEnd('.')}", permanent: false, e);
        }
    }

    // A status below 500 is permanent, except 408 (timeout), 425 (too early) and 429 (too many requests).
    private static bool IsPermanent(HttpStatusCode status) =>
        (int)status < 500 && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425);
}
