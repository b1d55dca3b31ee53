using System.Text;
using RealtimeAkka.Hosting.Sessions;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Pure.Tests.Sessions;

public class RecordReaderTests
{
    private static readonly string Turn = Recorded.Line(Recorded.Turn(1));
    private static readonly string Answer = Recorded.Line(Recorded.Answer(1));

    [Fact]
    public void Whole_lines_are_read_in_their_order()
    {
        var (lines, skipped) = Read($"{Turn}\n{Answer}\r\n\n");
        Assert.Equal(("turn assistant", 0), (Types(lines), skipped));
        Assert.Equal(1, Assert.IsType<TurnJoined>(lines[0].Record).Turn);
    }

    [Fact]
    public void Every_type_of_record_that_is_filed_is_read()
    {
        var (lines, skipped) = Read(string.Join('\n', ((SessionRecord[])
        [
            Recorded.Turn(1), Recorded.Amended(Recorded.Turn(1)), Recorded.Answer(1),
            new TaskCompleted("s", "summary", 1, ResultStatus.Completed, "x", null, null, "full", 1, null, null, null, null, "id"),
            new ToolCalled("s", "open_claim", 1, "call_1", ResultStatus.Completed, null, "claim 77", null, "id"),
        ]).Select(Recorded.Line)));
        Assert.Equal(("turn turn.amended assistant task tool", 0), (Types(lines), skipped));
        Assert.All(lines, line => Assert.NotNull(line.Record));
    }

    [Fact]
    public void Wherever_the_last_line_was_torn_what_was_whole_is_read()
    {
        var last = Encoding.UTF8.GetBytes(Recorded.Line(Recorded.Turn(2, oob: "Grüße 你好 😀")));
        for (var length = 0; length <= last.Length; length++)
        {
            var (lines, skipped) = Read([.. Encoding.UTF8.GetBytes(Turn + "\n"), .. last[..length]]);
            Assert.Equal(length == last.Length ? 2 : 1, lines.Count);
            Assert.Equal(length > 0 && length < last.Length ? 1 : 0, skipped);
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"turn"}""")]
    [InlineData("""{"type":"turn","session":"s","turn":"one"}""")]
    [InlineData("""{"type":"turn","session":"s","turn":1,"oob":null,"asr":null}""")]
    [InlineData("""{"type":"turn","session":"s","turn":1,"oob":{"status":"abducted"},"asr":{"status":"completed"}}""")]
    [InlineData("""{"type":"notice","type":"turn","level":"info","code":"x","message":"y"}""")]
    [InlineData("\u0000\u0000\u0000\u0000")]
    public void A_line_in_the_middle_that_is_no_record_is_skipped_and_counted(string line)
    {
        var (lines, skipped) = Read($"{Turn}\n{line}\n{Answer}\n");
        Assert.Equal(("turn assistant", 1), (Types(lines), skipped));
    }

    [Fact]
    public void Types_and_fields_of_a_newer_program_are_no_errors()
    {
        var (lines, skipped) = Read($$"""
            {"type":"sentiment","turn":1,"mood":"calm"}
            {{Turn.Replace("\"turn\":1", "\"mood\":{\"a\":[1]},\"turn\":1", StringComparison.Ordinal)}}
            """);
        Assert.Equal(("sentiment turn", 0), (Types(lines), skipped));
        Assert.Null(lines[0].Record);
        Assert.Equal("calm", lines[0].Json.GetProperty("mood").GetString());
        Assert.Equal(1, Assert.IsType<TurnJoined>(lines[1].Record).Turn);
    }

    [Fact]
    public void What_an_older_program_left_out_does_not_break_a_reader()
    {
        var (lines, skipped) = Read("""
            {"type":"turn","turn":1,"oob":{"status":"completed","text":"a"},"asr":{"status":"completed"}}
            {"type":"assistant","turn":1}
            """);
        Assert.Equal(0, skipped);
        Assert.Empty(Assert.IsType<TurnJoined>(lines[0].Record).Flags);
        Assert.Equal(("", "completed"), Assert.IsType<AssistantReplied>(lines[1].Record) is var answer ? (answer.Text, answer.Status)
            : default);
    }

    [Fact]
    public void A_line_longer_than_any_record_is_skipped_without_being_kept()
    {
        using var stream = new Padded("{\"type\":\"long\"", 60 << 20, $"}}\n{Turn}\n");
        var reader = new RecordReader(stream);
        Assert.Equal("turn", Assert.Single(reader.Read()).Type);
        Assert.Equal(1, reader.Skipped);
    }

    private static string Types(IEnumerable<RecordLine> lines) => string.Join(' ', lines.Select(line => line.Type));

    private static (IReadOnlyList<RecordLine> Lines, int Skipped) Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static (IReadOnlyList<RecordLine> Lines, int Skipped) Read(byte[] bytes)
    {
        var reader = new RecordReader(new MemoryStream(bytes));
        return ([.. reader.Read()], reader.Skipped);
    }

    // A prefix, a number of spaces, and a suffix.
    private sealed class Padded(string begin, int blanks, string end) : Stream
    {
        private readonly MemoryStream _begin = new(Encoding.UTF8.GetBytes(begin)), _end = new(Encoding.UTF8.GetBytes(end));
        private int _left = blanks;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_begin.Read(buffer, offset, count) is > 0 and var begun) return begun;
            if (_left == 0) return _end.Read(buffer, offset, count);
            var read = Math.Min(count, _left);
            buffer.AsSpan(offset, read).Fill((byte)' ');
            _left -= read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
