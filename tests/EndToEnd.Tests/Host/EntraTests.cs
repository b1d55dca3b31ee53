using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RealtimeAkka.EndToEnd.Tests.Host;

/// <summary>The key is a token of the machine's identity, from the address that Azure's App Service gives to its programs.</summary>
public sealed class EntraTests
{
    private const string Token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWNoaW5lIn0.c2lnbmF0dXJl";

    [Fact]
    public async Task A_session_takes_the_token_of_the_machines_identity()
    {
        await using var identity = await StartAsync(StatusCodes.Status200OK, out var asked);
        await using var server = await TestCall.ServeAsync($$"""{ "accept_keys": ["{{Token}}"] }""");

        var result = await PlayAsync(server.Url, identity);

        Assert.Equal(0, result.ExitCode);
        Assert.Single(result.Of("turn"));
        Assert.Equal(("https://cognitiveservices.azure.com", "secret"), Assert.Single(asked));
        Assert.DoesNotContain(Token, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_without_a_token_is_one_line_that_says_so()
    {
        await using var identity = await StartAsync(StatusCodes.Status400BadRequest, out _);
        await using var server = await TestCall.ServeAsync("{}");

        var result = await PlayAsync(server.Url, identity);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("azure-identity (session.key-command) has no token: ", Assert.Single(result.Errors.Trim().Split('\n')));
    }

    private static async Task<HostResult> PlayAsync(Uri server, WebApplication identity)
    {
        using var host = HostProcess.Start(
            HostProcess.SessionArguments(
                server, ["--input", TestCall.Wav(TestCall.Pcm(1)), "--set", "session.key-command=azure-identity"]),
            variables: new Dictionary<string, string>
            {
                ["IDENTITY_ENDPOINT"] = $"{identity.Urls.First()}/token", ["IDENTITY_HEADER"] = "secret",
                ["AZURE_TOKEN_CREDENTIALS"] = "ManagedIdentityCredential",
            });
        return await host.EndAsync();
    }

    private static Task<WebApplication> StartAsync(int status, out ConcurrentQueue<(string Resource, string Header)> asked)
    {
        var requests = asked = new();
        return StartAsync();

        async Task<WebApplication> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.MapGet("/token", (string resource, HttpContext context) =>
            {
                requests.Enqueue((resource, context.Request.Headers["X-IDENTITY-HEADER"].ToString()));
                var expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
                return status != StatusCodes.Status200OK ? Results.StatusCode(status)
                    : Results.Json(new { access_token = Token, expires_on = expires, resource, token_type = "Bearer" });
            });
            await app.StartAsync();
            return app;
        }
    }
}
