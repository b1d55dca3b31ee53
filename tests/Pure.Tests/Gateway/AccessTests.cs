using System.Net;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Gateway.Http;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class AccessTests
{
    private static readonly Access Open = new(null, []), Closed = new("secret", ["https://voice.example.com"]);

    [Theory]
    [InlineData("127.0.0.1:8080", null, null)]
    [InlineData("localhost:8080", "http://localhost:8080", null)]
    [InlineData("[::1]:8080", "http://[::1]:8080", null)]
    [InlineData("localhost:8080", "http://evil.example", AccessRefusal.Origin)]
    [InlineData("localhost:8080", "http://localhost:9090", AccessRefusal.Origin)]
    [InlineData("localhost:8080", "null", AccessRefusal.Origin)]
    [InlineData("evil.example:8080", "http://evil.example:8080", AccessRefusal.Host)]
    [InlineData("localhost.evil.example", null, AccessRefusal.Host)]
    [InlineData("", null, AccessRefusal.Host)]
    public void Without_a_token_only_pages_and_names_of_this_machine_pass(string host, string? origin, AccessRefusal? refusal) =>
        Assert.Equal(refusal, Open.Check(host, origin, needsToken: true, null, null));

    [Theory]
    [InlineData("Bearer secret", null, null)]
    [InlineData("bearer  secret", null, null)]
    [InlineData(null, "secret", null)]
    [InlineData(null, null, AccessRefusal.Token)]
    [InlineData("Bearer Secret", null, AccessRefusal.Token)]
    [InlineData("Bearer ", "secret", AccessRefusal.Token)]
    [InlineData("Basic secret", null, AccessRefusal.Token)]
    public void A_token_is_needed_exactly(string? header, string? parameter, AccessRefusal? refusal) =>
        Assert.Equal(refusal, Closed.Check("192.0.2.7:8080", null, needsToken: true, header, parameter));

    [Fact]
    public void A_page_of_another_origin_is_refused_also_with_the_token()
    {
        Assert.Equal(AccessRefusal.Origin, Closed.Check("192.0.2.7", "https://evil.example", true, "Bearer secret", null));
        Assert.Null(Closed.Check("192.0.2.7", "https://voice.example.com", true, "Bearer secret", null));
        Assert.Null(Closed.Check("voice.example.net", "https://voice.example.net", needsToken: false, null, null));
    }

    [Fact]
    public void The_token_is_in_no_text() => Assert.DoesNotContain("secret", $"{Closed}", StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1:8080", true)]
    [InlineData("http://localhost:0/", "127.0.0.1:0", true)]
    [InlineData("http://[::1]:81", "[::1]:81", true)]
    [InlineData("HTTP://*:8080", "0.0.0.0:8080", false)]
    [InlineData("http://192.0.2.7", "192.0.2.7:80", false)]
    public void An_address_is_read(string text, string address, bool isLoopback)
    {
        var endpoint = Assert.Single(ServerUrls.Parse(text));
        Assert.Equal((IPEndPoint.Parse(address), isLoopback), (endpoint, ServerUrls.IsLoopback(endpoint)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("https://127.0.0.1:8443")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("http://example.com:8080")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:-1")]
    public void Anything_else_is_no_address(string text) => Assert.Throws<FormatException>(() => ServerUrls.Parse(text));

    [Theory]
    [InlineData("s-20261127-144519-232dee2db99cfc79", true)]
    [InlineData("s-20261127-144519-232dee2db99cfc79\n", false)]
    [InlineData("s-20261127-144519-232DEE2DB99CFC79", false)]
    [InlineData("../s-20261127-144519-232dee2db99cfc79", false)]
    [InlineData("<script>", false)]
    [InlineData(null, false)]
    public void Only_an_id_of_ours_is_an_id(string? text, bool isId) => Assert.Equal(isId, CallIds.Read(text) is not null);

    [Theory]
    [InlineData("call.wav", true)]
    [InlineData("Call 1_a-b.WAV", true)]
    [InlineData("../call.wav", false)]
    [InlineData("a/call.wav", false)]
    [InlineData("a\\call.wav", false)]
    [InlineData(".wav", false)]
    [InlineData("call.mp3", false)]
    [InlineData("call.wav\0", false)]
    public void Only_a_plain_name_is_a_name(string text, bool isName) => Assert.Equal(isName, CallIds.IsWavName(text));
}
