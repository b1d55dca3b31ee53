using System.Buffers;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Hosting.Net;

/// <summary>
/// One WebSocket connection. One send and one receive may run at a time. Received frames up to 2 KiB use the connection's own buffer,
/// all other frames a rented one: 1,000 silent connections hold 1,000 small buffers. A decoded event owns its data.
/// </summary>
/// <param name="socket">The open socket, which this owns.</param>
/// <param name="recorder">Null: the wire is not recorded.</param>
/// <param name="secret">Removes the key from what is received.</param>
/// <param name="number">Its number, for the recorder and the observer.</param>
/// <param name="observer">Null: nobody observes it.</param>
public sealed class WebSocketConnection(
    WebSocket socket, WireRecorder? recorder, KeyRedactor secret, int number = 0, IWireObserver? observer = null) : IRealtimeConnection
{
    // The protocol limits an append to 15 MiB (docs/protocol.md 8); no other event comes near that.
    private const int MaxFrame = 16 * 1024 * 1024;
    private const int UsualFrame = 2 * 1024; // every event without audio

    private readonly PooledBufferWriter _outgoing = new();
    private readonly KnownIds _ids = new();
    private readonly byte[] _usual = new byte[UsualFrame];
    private byte[] _incoming = [];

    // Without cancellation tokens: disposing of the connection ends both calls, and a token would be registered and released on each.

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceiveResult> ReceiveAsync()
    {
        _incoming = _usual;
        try
        {
            var length = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                if (length == _incoming.Length && length < MaxFrame) Grow();
                // The rest of a frame above the limit overwrites the same bytes, so that the next frame can be read.
                var at = length < MaxFrame ? length : UsualFrame;
                result = await socket.ReceiveAsync(_incoming.AsMemory(at), CancellationToken.None).ConfigureAwait(false);
                length += result.Count;
            }
            while (!result.EndOfMessage);

            return result.MessageType switch
            {
                WebSocketMessageType.Close => await GoodbyeAsync().ConfigureAwait(false),
                WebSocketMessageType.Binary => new ReceiveResult.Skipped(null, "a binary frame", length),
                _ when length > MaxFrame => new ReceiveResult.Skipped(null, $"larger than {MaxFrame / 1024 / 1024} MiB", length),
                _ => Decode(length),
            };
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
        {
            return End(new ConnectionEnd.Broken(Reason(e)));
        }
        finally
        {
            if (_incoming != _usual) ArrayPool<byte>.Shared.Return(_incoming);
        }
    }

    /// <inheritdoc/>
    public Task SendAsync(ClientEvent clientEvent)
    {
        var sending = StartAsync(clientEvent);
        if (!sending.IsCompletedSuccessfully) return ReturnAfterAsync(sending);
        // Usual case: the socket took the frame synchronously.
        _outgoing.Return();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CloseAsync()
    {
        recorder?.Timeline?.Closing(number);
        observer?.Closing(number);
        return socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private ReceiveResult.End End(ConnectionEnd end)
    {
        recorder?.Timeline?.Ended(number, end);
        observer?.Ended(number, end);
        return new ReceiveResult.End(end);
    }

    private ReceiveResult Decode(int length)
    {
        var frame = _incoming.AsSpan(0, length);
        secret.Redact(frame);
        if (secret.RedactEscaped(frame) is { } clean) frame = clean;
        recorder?.Received(frame);
        try
        {
            var received = RealtimeCodec.Decode(frame, _ids);
            observer?.Received(received);
            return new ReceiveResult.Event(received);
        }
        catch (JsonException e)
        {
            return new ReceiveResult.Skipped(RealtimeCodec.Peek(frame, "type"u8), e.Message, length);
        }
    }

    // The runtime's own text for a fault without a cause refers to an inner exception that is not there.
    private static string Reason(Exception e) => e.GetBaseException() is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted }
        ? "the server sent what the WebSocket protocol does not allow, such as text that is not UTF-8" : e.GetBaseException().Message;

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_incoming.Length * 8, MaxFrame));
        _incoming.CopyTo(larger, 0);
        if (_incoming != _usual) ArrayPool<byte>.Shared.Return(_incoming);
        _incoming = larger;
    }

    private ValueTask StartAsync(ClientEvent clientEvent)
    {
        try
        {
            RealtimeCodec.Encode(clientEvent, _outgoing);
            recorder?.Sent(_outgoing.Written.Span);
            observer?.Sent(clientEvent);
            return socket.SendAsync(_outgoing.Written, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    private async Task ReturnAfterAsync(ValueTask sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        finally
        {
            _outgoing.Return();
        }
    }

    private async Task<ReceiveResult> GoodbyeAsync()
    {
        var end = new ConnectionEnd.Closed((int?)socket.CloseStatus, secret.Redact(socket.CloseStatusDescription));
        if (socket.State == WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, null, CancellationToken.None)
                .ConfigureAwait(false);
        }
        return End(end);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
