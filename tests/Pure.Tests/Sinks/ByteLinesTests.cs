using System.Text;
using RealtimeAkka.Hosting.Sinks;

namespace RealtimeAkka.Pure.Tests.Sinks;

public class ByteLinesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("one\ntwo\n", "one", "two")]
    [InlineData("one\n\ntwo", "one", "", "two ...")]
    [InlineData("\n", "")]
    [InlineData("12345\n123456\n1\n", "12345", "123456 ...", "1")]
    [InlineData("1234567890\n1\n", "123456 ...", "1")]
    [InlineData("1\n1234567890", "1", "123456 ...")]
    public void Lines_are_given_in_order_and_of_a_long_one_only_its_beginning(string text, params string[] lines)
    {
        Assert.Equal(lines, Read(text, piece: 2));
        Assert.Equal(lines, Read(text, piece: 100));
    }

    [Fact]
    public void A_line_longer_than_memory_is_given_before_it_is_read_to_its_end()
    {
        using var endless = new Pieces(new byte[1000], piece: 100);
        Assert.Equal(6, ByteLines.Read(endless, max: 5).First().Bytes.Length);
        Assert.Equal(100, endless.Position);
    }

    private static List<string> Read(string text, int piece)
    {
        using var stream = new Pieces(Encoding.ASCII.GetBytes(text), piece);
        return [.. ByteLines.Read(stream, max: 5).Select(line => Encoding.ASCII.GetString(line.Bytes.Span) + (line.IsEnded ? "" : " ..."))];
    }

    // Gives only so many bytes at a time.
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, piece)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
