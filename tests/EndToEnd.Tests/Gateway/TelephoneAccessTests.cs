using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Xml.Linq;
using RealtimeAkka.Simulator.Carrier;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>Who may place telephone calls, and carriers that break the rules.</summary>
public sealed class TelephoneAccessTests
{
    private const string OneTurn = """{ "turns": [ { "oob": { "text": "One." }, "answer": { "audio_ms": 300 } } ] }""";
    private const string Signature = "X-Twilio-Signature";

    private static readonly Dictionary<string, string> Signed = new() { ["TWILIO_AUTH_TOKEN"] = "12345" };

    [Fact]
    public async Task The_answer_to_a_call_connects_its_sound_and_passes_on_the_numbers()
    {
        using var serve = await ServeProcess.StartAsync();
        using var answer = await PostAsync(serve, new() { ["From"] = "+15550100", ["To"] = "<&\">", ["CallSid"] = "CA1" });

        Assert.Equal("text/xml", answer.Content.Headers.ContentType!.MediaType);
        var stream = XElement.Parse(await answer.Content.ReadAsStringAsync()).Element("Connect")!.Element("Stream")!;
        Assert.Equal($"ws://127.0.0.1:{serve.Url.Port}/calls/twilio", stream.Attribute("url")!.Value);
        Assert.Equal(
            [("from", "+15550100"), ("to", "<&\">")],
            stream.Elements("Parameter").Select(one => (one.Attribute("name")!.Value, one.Attribute("value")!.Value)));
    }

    [Fact]
    public async Task A_caller_hears_that_the_line_is_busy_while_no_further_call_is_taken()
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url, ["--set", "serve.max-calls=1"]);
        var options = new CarrierOptions { Server = serve.Url };
        await using var first = await CarrierCall.DialAsync(options);
        using (var answer = await PostAsync(serve, new() { ["CallSid"] = "CA2" }))
        {
            var verb = Assert.Single(XElement.Parse(await answer.Content.ReadAsStringAsync()).Elements());
            Assert.Equal("""<Reject reason="busy" />""", verb.ToString());
        }
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => CarrierCall.DialAsync(options));
        Assert.Contains("busy", refused.Message, StringComparison.Ordinal);

        await first.HangUpAsync();
        await first.Closed.WaitAsync(HostProcess.Limit);
        while (await serve.StatusAsync("/health/ready") != 200) await Task.Yield();
        await using var next = await CarrierCall.DialAsync(options);
        await next.SpeakAsync(new byte[CarrierCall.FrameBytes]);
    }

    [Fact]
    public async Task Where_there_is_an_auth_token_only_signed_requests_are_served_and_by_any_host_name()
    {
        using var serve = await ServeProcess.StartAsync(
            args: ["--set", "telephone.origin=https://voice.example.com"], variables: Signed);
        Dictionary<string, string> form = new() { ["CallSid"] = "CA1" };
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(serve, form, null));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(serve, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
        // HMAC-SHA1 of https://voice.example.com/twilio/voiceCallSidCA1
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(serve, form, Sign("https://voice.example.com/twilio/voiceCallSidCA1")));

        foreach (var signature in new[] { null, "wrong" })
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => CarrierCall.ConnectAsync(
                new CarrierOptions { Server = serve.Url, Signature = signature }, "/calls/twilio"));
            Assert.Contains("403", refused.Message, StringComparison.Ordinal);
        }
        await using var call = await CarrierCall.ConnectAsync(
            new CarrierOptions { Server = serve.Url, Signature = Sign("wss://voice.example.com/calls/twilio") }, "/calls/twilio");
        Assert.Equal(0, (await serve.GetAsync("/api/calls")).GetProperty("calls").GetArrayLength());
        var result = await serve.EndAsync();
        Assert.Contains("the signature is missing or wrong", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("12345", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_loopback_nobody_calls_without_an_auth_token()
    {
        using var serve = await ServeProcess.StartAsync(
            variables: new Dictionary<string, string> { ["REALTIME_AKKA_TOKEN"] = "secret-1" }, urls: "http://0.0.0.0:0");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(serve, new() { ["CallSid"] = "CA1" }, "x"));
        var refused = await Assert.ThrowsAsync<WebSocketException>(
            () => CarrierCall.ConnectAsync(new CarrierOptions { Server = serve.Url }, "/calls/twilio"));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no JSON", 1007, "JSON object")]
    [InlineData("""{"event":"media","media":7}""", 1007, "payload")]
    [InlineData("""{"event":"start","streamSid":"2","start":{"mediaFormat":{"encoding":"audio/x-mulaw"}}}""", 1008, "second stream")]
    [InlineData("megabyte", 1009, "too long")]
    public async Task A_carrier_that_breaks_a_rule_ends_its_call_only_and_its_turns_are_told(string text, int code, string reason)
    {
        await using var model = await TestCall.ServeAsync(OneTurn);
        using var serve = await ServeProcess.StartAsync(model.Url);
        await using var other = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });
        await using var call = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });
        await call.SpeakAsync(TelephoneCallTests.Line(TestCall.Pcm(1)));

        await call.SendAsync(text == "megabyte" ? new byte[1 << 20] : Encoding.UTF8.GetBytes(text));
        Assert.Equal(code, (await call.Closed.WaitAsync(HostProcess.Limit)).Code);

        await other.SpeakAsync(TelephoneCallTests.Line(TestCall.Pcm(1)));
        await other.UntilAsync(call => call.Output.HeardMs >= 290);
        await other.HangUpAsync();
        await other.Closed.WaitAsync(HostProcess.Limit);
        foreach (var id in await TelephoneCallTests.EndedAsync(serve))
        {
            var records = (await serve.EventsAsync(id)).ConvertAll(e => e.Record);
            Assert.Single(records, record => record.Text("type") == "turn");
            Assert.Equal("completed", records[^1].Text("exit"));
        }
        var result = await serve.EndAsync();
        Assert.Single(result.Errors.Split('\n'), line => line.Contains("broke a rule", StringComparison.Ordinal)
            && line.Contains(reason, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"event":"connected","protocol":"Call","version":"1.0.0"}""")]
    [InlineData("""{"event":"stop","streamSid":"MZ1"}""")]
    [InlineData("""{"event":"start","streamSid":"MZ1","start":{"mediaFormat":{"encoding":"audio/opus"}}}""")]
    public async Task A_stream_that_does_not_start_is_no_call_and_keeps_no_place(string text)
    {
        using var serve = await ServeProcess.StartAsync(args: ["--set", "serve.max-calls=1"]);
        await using (var call = await CarrierCall.ConnectAsync(new CarrierOptions { Server = serve.Url }, "/calls/twilio"))
        {
            if (text.Length > 0) await call.SendAsync(Encoding.UTF8.GetBytes(text));
            await call.CloseAsync();
            await call.Closed.WaitAsync(HostProcess.Limit);
        }
        Assert.Equal(0, (await serve.GetAsync("/api/calls")).GetProperty("calls").GetArrayLength());
        await using var next = await CarrierCall.DialAsync(new CarrierOptions { Server = serve.Url });
        await next.SpeakAsync(new byte[CarrierCall.FrameBytes]);
        Assert.False(next.Closed.IsCompleted);
    }

    private static string Sign(string text) => Convert.ToBase64String(
        System.Security.Cryptography.HMACSHA1.HashData("12345"u8, Encoding.UTF8.GetBytes(text)));

    private static async Task<HttpStatusCode> StatusAsync(ServeProcess serve, Dictionary<string, string> form, string? signature)
    {
        using var answer = await PostAsync(serve, form, signature);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> PostAsync(
        ServeProcess serve, Dictionary<string, string> form, string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/twilio/voice") { Content = new FormUrlEncodedContent(form) };
        if (signature is not null) request.Headers.Add(Signature, signature);
        return await serve.Http.SendAsync(request);
    }
}
