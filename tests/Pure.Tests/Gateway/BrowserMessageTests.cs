using System.Text;
using RealtimeAkka.Gateway.Browser;

namespace RealtimeAkka.Pure.Tests.Gateway;

public class BrowserMessageTests
{
    [Theory]
    [InlineData("""{"type":"played","ms":1234}""", 1234)]
    [InlineData("""{"ms":12.9,"type":"played","more":[]}""", 12)]
    [InlineData("""{"type":"played","ms":0}""", 0)]
    public void What_was_played_is_read(string text, long ms) => Assert.Equal(new BrowserMessage.Played(ms), Read(text));

    [Fact]
    public void Stop_is_read_and_what_a_newer_page_says_is_ignored()
    {
        Assert.IsType<BrowserMessage.Stop>(Read("""{"type":"stop"}"""));
        Assert.IsType<BrowserMessage.Unknown>(Read("""{"type":"wave"}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"played"}""")]
    [InlineData("""{"type":"played","ms":-1}""")]
    [InlineData("""{"type":"played","ms":"1"}""")]
    [InlineData("""{"type":"played","ms":1e300}""")]
    [InlineData("""{"type":"stop"}}""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void Anything_else_closes_the_connection(string text) =>
        Assert.Equal(1007, (int)Assert.IsType<BrowserMessage.Invalid>(Read(text)).Code);

    [Fact]
    public void A_long_text_is_not_read() =>
        Assert.Equal(1009, (int)Assert.IsType<BrowserMessage.Invalid>(Read($$"""{"type":"{{new string('x', 5000)}}"}""")).Code);

    [Fact]
    public void Bytes_that_are_no_text_close_the_connection() =>
        Assert.IsType<BrowserMessage.Invalid>(BrowserMessage.ReadText([0x7B, 0xFF, 0xFE, 0x7D]));

    [Fact]
    public void Sound_is_whole_samples()
    {
        Assert.IsType<BrowserMessage.Sound>(BrowserMessage.ReadBinary(960));
        Assert.Equal(1007, (int)Assert.IsType<BrowserMessage.Invalid>(BrowserMessage.ReadBinary(961)).Code);
    }

    private static BrowserMessage Read(string text) => BrowserMessage.ReadText(Encoding.UTF8.GetBytes(text));
}
