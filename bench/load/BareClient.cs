using System.Buffers.Text;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using RealtimeAkka.Audio;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load;

/// <summary>
/// The minimal client: one loop encodes and sends at real-time pace, another receives and
/// parses nothing. It only searches the bytes for one event name, to request the transcript. It joins no turns, reads no
/// texts, and plays, prices and stores nothing.
/// </summary>
internal sealed class BareClient(LoadOptions options, Tally tally) : LoopClient(tally)
{
    private static readonly byte[] Settings = Requests.Configure();

    public override string Runtime => $"ClientWebSocket, .NET {Environment.Version}";

    public override async Task StartAsync(int number)
    {
        var socket = new ClientWebSocket();
        if (options.Key.Length > 0) socket.Options.SetRequestHeader("Authorization", $"Bearer {options.Key}");
        await socket.ConnectAsync(new Uri($"{options.Url}?model={LoadOptions.Model}"), Stop).ConfigureAwait(false);
        await socket.SendAsync(Settings, WebSocketMessageType.Text, endOfMessage: true, Stop).ConfigureAwait(false);
        Watch(ReceiveAsync(socket));
        Watch(SendAsync(socket));
    }

    private async Task SendAsync(ClientWebSocket socket)
    {
        var head = "{\"type\":\"input_audio_buffer.append\",\"audio\":\""u8.ToArray();
        var pcm = new byte[Pcm.Bytes(options.Frame)];
        var message = new byte[head.Length + Base64.GetMaxEncodedToUtf8Length(pcm.Length) + 2];
        head.CopyTo(message, 0);
        using var file = File.OpenRead(options.Wav);
        WavFormat.Read(file);
        var (begin, start, last) = (file.Position, Stopwatch.GetTimestamp(), 0L);
        for (var frame = 1L; ; frame++)
        {
            if (file.ReadAtLeast(pcm, pcm.Length, throwOnEndOfStream: false) < pcm.Length) file.Position = begin;
            Base64.EncodeToUtf8(pcm, message.AsSpan(head.Length), out _, out var written);
            "\"}"u8.CopyTo(message.AsSpan(head.Length + written));
            var now = Stopwatch.GetTimestamp();
            Tally.Sent(pcm.Length, last == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(last, now), options.Frame);
            last = now;
            await socket.SendAsync(message.AsMemory(0, head.Length + written + 2), WebSocketMessageType.Text, endOfMessage: true, Stop)
                .ConfigureAwait(false);
            var wait = frame * options.Frame - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, Stop).ConfigureAwait(false);
        }
    }

    private async Task ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var turn = 0;
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), Stop).ConfigureAwait(false);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new InvalidOperationException(socket.CloseStatusDescription ?? "closed");
            if (CommittedItem(buffer.AsSpan(0, length)) is not { } item) continue;
            await socket.SendAsync(Requests.Transcribe(item, ++turn), WebSocketMessageType.Text, endOfMessage: true, Stop)
                .ConfigureAwait(false);
        }
    }

    private static string? CommittedItem(ReadOnlySpan<byte> frame)
    {
        // The type is near the start, so only the first 96 bytes are searched.
        if (frame[..Math.Min(frame.Length, 96)].IndexOf("input_audio_buffer.committed"u8) < 0) return null;
        var name = "\"item_id\":\""u8;
        var item = frame[(frame.LastIndexOf(name) + name.Length)..];
        return Encoding.UTF8.GetString(item[..item.IndexOf((byte)'"')]);
    }
}
