using RealtimeAkka.Hosting.Configuration;

namespace RealtimeAkka.Pure.Tests.Configuration;

public class EndpointTests
{
    [Theory]
    [InlineData("wss://api.openai.com/v1/realtime", "wss://api.openai.com/v1/realtime?model=gpt%20x%26y", "OPENAI_API_KEY")]
    [InlineData("ws://127.0.0.1:8080/v1/realtime", "ws://127.0.0.1:8080/v1/realtime?model=gpt%20x%26y", "OPENAI_API_KEY")]
    [InlineData("ws://localhost/r", "ws://localhost/r?model=gpt%20x%26y", "OPENAI_API_KEY")]
    [InlineData("ws://[::1]:9/r", "ws://[::1]:9/r?model=gpt%20x%26y", "OPENAI_API_KEY")]
    [InlineData("wss://u:secret@host/r?model=old", "wss://host/r?model=gpt%20x%26y", "OPENAI_API_KEY")]
    [InlineData("azure:my-resource-1", "wss://my-resource-1.openai.azure.com/openai/v1/realtime?model=gpt%20x%26y", "AZURE_OPENAI_API_KEY")]
    [InlineData("https://api.openai.com/v1", "wss://api.openai.com/v1/realtime?model=gpt%20x%26y", "OPENAI_API_KEY")]
    [InlineData("https://host:8443/r", "wss://host:8443/r?model=gpt%20x%26y", "OPENAI_API_KEY")]
    [InlineData("https://a.openai.azure.com", "wss://a.openai.azure.com/openai/v1/realtime?model=gpt%20x%26y", "AZURE_OPENAI_API_KEY")]
    [InlineData("https://a.services.ai.azure.com/openai/v1/", "wss://a.services.ai.azure.com/openai/v1/realtime?model=gpt%20x%26y",
        "AZURE_OPENAI_API_KEY")]
    [InlineData("wss://a.cognitiveservices.azure.com/openai/v1/realtime",
        "wss://a.cognitiveservices.azure.com/openai/v1/realtime?model=gpt%20x%26y", "AZURE_OPENAI_API_KEY")]
    [InlineData("https://a.openai.azure.com/openai/realtime?api-version=2025-04-01-preview",
        "wss://a.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&model=gpt%20x%26y", "AZURE_OPENAI_API_KEY")]
    [InlineData("https://openai.azure.com.evil.example/r", "wss://openai.azure.com.evil.example/r?model=gpt%20x%26y", "OPENAI_API_KEY")]
    public void An_address_is_completed_with_the_model(string text, string url, string variable)
    {
        var endpoint = Endpoint.Parse(text, insecure: false);
        Assert.Equal(url, endpoint.For("gpt x&y").AbsoluteUri);
        Assert.Equal(variable, endpoint.KeyVariable);
        Assert.Equal(endpoint.Url.Host is "127.0.0.1" or "localhost" or "[::1]", endpoint.IsLoopback);
    }

    [Theory]
    [InlineData("http://host/")]
    [InlineData("host/v1")]
    [InlineData("wss://")]
    [InlineData("")]
    [InlineData("azure:")]
    [InlineData("azure:evil.example/")]
    [InlineData("azure:a b")]
    [InlineData("simulater")]
    public void What_is_no_address_is_refused_with_what_is(string text) =>
    Assert.Contains("write ", Assert.Throws<ConfigException>(() => Endpoint.Parse(text, insecure: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_encryption_a_key_leaves_this_machine_only_where_that_is_allowed()
    {
        var message = Assert.Throws<ConfigException>(() => Endpoint.Parse("ws://u:secret@host/r?k=secret", insecure: false)).Message;
        Assert.Contains("--insecure", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.False(Endpoint.Parse("ws://host/r", insecure: true).IsLoopback);
    }

    [Fact]
    public void What_is_shown_has_no_query_and_no_password() =>
    Assert.Equal("wss://host/r", Endpoint.Parse("wss://u:secret@host/r?key=secret#secret", insecure: false).DisplayText);
}
