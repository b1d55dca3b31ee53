using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Unicode;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Hosting.Net;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Wire;

/// <summary>Any bytes decode to an event or a skipped frame, at bounded cost.</summary>
public class MutilatedFrameTests
{
    private const int Frames = 5_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_frame_is_decoded_or_refused_and_what_it_allocates_is_bounded_by_its_length(int seed)
    {
        var mutilation = new Mutilation(seed);
        var understood = 0;
        for (var i = 0; i < Frames; i++)
        {
            var frame = mutilation.Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                RealtimeCodec.Decode(frame);
                understood++;
            }
            catch (JsonException)
            {
                _ = RealtimeCodec.Peek(frame, "type"u8);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, frame {i}: {e.GetType().Name} for {Convert.ToBase64String(frame)}");
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024 + 32L * frame.Length);
        }
        // The test is meaningful only if some frames are understood and some are not.
        Assert.InRange(understood, Frames / 20, Frames * 19 / 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_is_understood_of_them_disturbs_no_rule_and_opens_no_turn_for_ever(int seed)
    {
        var mutilation = new Mutilation(seed);
        var machine = new Machine(_ => { }, _ => { });
        machine.Connect();
        for (var i = 0; i < Frames; i++)
        {
            ServerEvent e;
            try
            {
                e = RealtimeCodec.Decode(mutilation.Next());
            }
            catch (JsonException)
            {
                continue;
            }
            machine.Receive(e);
            if (i % 50 == 0) machine.Pass(TimeSpan.FromSeconds(2));
        }
        machine.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(0, machine.OpenTurns);
    }

    [Fact]
    public async Task A_line_reads_on_after_every_frame_of_whatever_kind_and_length()
    {
        var (ours, theirs) = Sockets();
        await using var line = new WebSocketConnection(ours, recorder: null, new KeyRedactor(null));
        var mutilation = new Mutilation(4);
        var good = """{"type":"input_audio_buffer.committed","item_id":"good"}"""u8.ToArray();
        for (var i = 0; i < 300; i++)
        {
            // A text message that is not UTF-8 ends a WebSocket (RFC 6455 section 8.1); the tests above pass those to the codec directly.
            var frame = i % 100 == 99 ? new byte[17 * 1024 * 1024] : mutilation.Next();
            if (!Utf8.IsValid(frame)) continue;
            var sending = SendAsync(theirs, frame, i % 7 == 6 ? WebSocketMessageType.Binary : WebSocketMessageType.Text, good);
            Assert.IsNotType<ReceiveResult.End>(await line.ReceiveAsync());
            Assert.Equal(
                "good", Assert.IsType<InputCommitted>(Assert.IsType<ReceiveResult.Event>(await line.ReceiveAsync()).Value).ItemId.Value);
            await sending;
        }
    }

    private static async Task SendAsync(WebSocket socket, byte[] frame, WebSocketMessageType type, byte[] good)
    {
        await socket.SendAsync(frame, type, endOfMessage: true, CancellationToken.None);
        await socket.SendAsync(good, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
    }

    // Both ends of a WebSocket, without a network.
    private static (WebSocket Client, WebSocket Server) Sockets()
    {
        var (there, back) = (new Pipe(), new Pipe());
        return (
            WebSocket.CreateFromStream(new Duplex(back.Reader.AsStream(), there.Writer.AsStream()),
            new WebSocketCreationOptions { IsServer = false }),
            WebSocket.CreateFromStream(new Duplex(there.Reader.AsStream(), back.Writer.AsStream()),
            new WebSocketCreationOptions { IsServer = true }));
    }

    private sealed class Duplex(Stream read, Stream write) : Stream
    {
        public override bool CanRead => true;
        public override bool CanWrite => true;
        public override bool CanSeek => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => write.Flush();
        public override Task FlushAsync(CancellationToken cancellationToken) => write.FlushAsync(cancellationToken);
        public override int Read(byte[] buffer, int offset, int count) => read.Read(buffer, offset, count);
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            read.ReadAsync(buffer, cancellationToken);
        public override void Write(byte[] buffer, int offset, int count) => write.Write(buffer, offset, count);
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            write.WriteAsync(buffer, cancellationToken);
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
