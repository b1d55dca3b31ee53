using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using RealtimeAkka.Gateway.Calls;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Gateway.Browser;

/// <summary>A call from a browser (docs/http.md): sound as it is in binary messages, texts in JSON.</summary>
internal sealed class BrowserCall : SocketCall
{
    private readonly SessionId _id;
    private readonly CallSpeaker<PlayoutClock> _speaker;

    public BrowserCall(SessionId id, WebSocket socket, BrowserSettings settings, TimeProvider clock, TimeProvider ticker)
        : base(socket, "browser", BrowserMessage.MaxBytes, settings.Quiet, clock)
    {
        _id = id;
        Source = new SocketSource(SayCall, isMuted => Say(isMuted ? "mute" : "unmute"));
        _speaker = new CallSpeaker<PlayoutClock>(
            new PlayoutClock(), SoundFormat.Pcm16, settings.Ahead, clock, ticker, Wake, () => Say("clear"));
    }

    /// <inheritdoc/>
    public override SocketSource Source { get; }

    /// <inheritdoc/>
    public override ICallSpeaker Speaker => _speaker;

    /// <inheritdoc/>
    protected override (int Sound, CallBreach? Breach) Take(WebSocketMessageType type, ReadOnlyMemory<byte> message, Action stop)
    {
        var isSound = type == WebSocketMessageType.Binary;
        switch (isSound ? BrowserMessage.ReadBinary(message.Length) : BrowserMessage.ReadText(message.Span))
        {
            case BrowserMessage.Sound when message.Length > 0:
                SoundCame();
                Source.Add(message.Span);
                break;
            case BrowserMessage.Played { Ms: var ms }:
                _speaker.Report((playout, now) => playout.Report(ms, now));
                break;
            case BrowserMessage.Stop:
                stop();
                break;
            case BrowserMessage.Invalid { Code: var code, Reason: var reason }:
                return (0, new CallBreach(code, reason));
        }
        return (isSound ? message.Length : 0, null);
    }

    /// <inheritdoc/>
    protected override async ValueTask<bool> SendSoundAsync()
    {
        if (!_speaker.TryTake(out var block)) return false;
        try
        {
            await SendAsync(block.Sound, WebSocketMessageType.Binary).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block.Bytes);
        }
        return true;
    }

    /// <inheritdoc/>
    protected override void OnNotListening() => SayCall();

    /// <inheritdoc/>
    protected override void OnEnded(ExitKind exit) =>
        Say("ended", json => json.WriteString("exit", exit.ToString().ToLowerInvariant()));

    private void SayCall() => Say("call", json => json.WriteString("id", _id.Value));

    private void Say(string type, Action<Utf8JsonWriter>? write = null)
    {
        var text = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write?.Invoke(json);
            json.WriteEndObject();
        }
        Say(text.WrittenMemory);
    }
}

/// <summary>
/// Calls from browsers. <c>Quiet</c>: a browser that sends no sound for so long is taken for gone. <c>Ahead</c>: the assistant's sound
/// that is sent before it is played.
/// </summary>
public sealed record BrowserSettings(TimeSpan Quiet, TimeSpan Ahead);
