using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;

namespace RealtimeAkka.Gateway.Browser;

/// <summary>
/// One call over one WebSocket (docs/http.md): one reader, one writer. The reader starts when the session listens, so that no sound is
/// lost before. A browser that is gone, silent, or breaks the rules ends its call in good order.
/// </summary>
internal sealed class BrowserCall : IDisposable
{
    // More texts than can wait while the browser reads at all.
    private const int MaxTexts = 64;

    private const string Lost = "its connection is lost";

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    // Shorter waits of the reader add up: a timer is not more exact.
    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(5);

    private readonly SessionId _id;
    private readonly WebSocket _socket;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _quiet;
    private readonly SemaphoreSlim _signal = new(0);
    private readonly ConcurrentQueue<byte[]> _texts = new();
    private readonly TaskCompletionSource<string> _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (WebSocketCloseStatus Code, string Reason)? _close; // to be sent last
    private long _lastSound; // ticks
    private bool _isOver;

    public BrowserCall(SessionId id, WebSocket socket, BrowserSettings settings, TimeProvider clock, TimeProvider ticker)
    {
        (_id, _socket, _clock, _quiet) = (id, socket, clock, settings.Quiet);
        Source = new BrowserSource(SayCall, isMuted => Say(isMuted ? "mute" : "unmute"));
        Speaker = new BrowserSpeaker(settings.Ahead, clock, ticker, Wake, () => Say("clear"));
    }

    /// <summary>The caller's voice.</summary>
    public BrowserSource Source { get; }

    /// <summary>Plays the assistant's voice.</summary>
    public BrowserSpeaker Speaker { get; }

    private TimeSpan Now => _clock.GetElapsedTime(0);

    /// <summary>
    /// Carries the call from its start to the end of <paramref name="session"/>; <paramref name="stop"/> asks the session to end.
    /// <paramref name="warn"/> gets one line if the browser breaks a rule. <paramref name="aborted"/>: the connection is lost, maybe with
    /// much of it still to be read.
    /// </summary>
    public async Task RunAsync(Task<SessionMessages.Ended> session, Action stop, Action<string> warn, CancellationToken aborted)
    {
        await using var losing = aborted.Register(() => _hungUp.TrySetResult(Lost));
        var sending = SendAsync();
        if (await Task.WhenAny(Source.Listening, session).ConfigureAwait(false) == Source.Listening)
        {
            Volatile.Write(ref _lastSound, Now.Ticks);
            await using var watch = _clock.CreateTimer(_ => WatchQuiet(), null, _quiet / 4, _quiet / 4);
            var receiving = ReceiveAsync(stop, warn);
            if (await Task.WhenAny(_hungUp.Task, session).ConfigureAwait(false) == _hungUp.Task)
            {
                Speaker.Close($"The browser is gone: {await _hungUp.Task.ConfigureAwait(false)}.");
                stop();
            }
            await EndAsync(session, sending).ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
        }
        else
        {
            SayCall();
            await EndAsync(session, sending).ConfigureAwait(false);
        }
    }

    public void Dispose() => _signal.Dispose();

    private async Task EndAsync(Task<SessionMessages.Ended> session, Task sending)
    {
        var ended = await session.ConfigureAwait(false);
        Say("ended", json => json.WriteString("exit", ended.Exit.ToString().ToLowerInvariant()));
        CloseWith(WebSocketCloseStatus.NormalClosure, "");
        _isOver = true;
        Wake();
        await Task.WhenAny(sending, Task.Delay(CloseLimit, _clock)).ConfigureAwait(false);
        // The browser's answer to the close frame is read by the reader.
        await Task.WhenAny(_hungUp.Task, Task.Delay(CloseLimit, _clock)).ConfigureAwait(false);
        _socket.Abort();
        await sending.ConfigureAwait(false);
    }

    private void WatchQuiet()
    {
        if (Now - TimeSpan.FromTicks(Volatile.Read(ref _lastSound)) >= _quiet && !_isOver)
            HangUp(WebSocketCloseStatus.PolicyViolation, $"no sound came for {_quiet.TotalSeconds:0} s");
    }

    private async Task ReceiveAsync(Action stop, Action<string> warn)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BrowserMessage.MaxBytes + 1);
        try
        {
            var (pace, isSlowed) = (new ReadPace(), false);
            while (true)
            {
                var (type, length) = await ReadAsync(buffer).ConfigureAwait(false);
                if (type == WebSocketMessageType.Close) break;
                var message = length > BrowserMessage.MaxBytes ? BrowserMessage.TooBig
                    : type == WebSocketMessageType.Binary ? BrowserMessage.ReadBinary(length)
                    : BrowserMessage.ReadText(buffer.AsSpan(0, length));
                if (message is BrowserMessage.Invalid invalid)
                {
                    warn(invalid.Reason);
                    HangUp(invalid.Code, invalid.Reason);
                    return;
                }
                Take(message, buffer.AsSpan(0, length), stop);
                (pace, var wait) = pace.Read(type == WebSocketMessageType.Binary ? length : 0, Now);
                if (wait < LongWait) continue;
                if (!isSlowed) warn("it sends faster than a voice and is read at twice that pace");
                isSlowed = true;
                await Task.Delay(wait, _clock).ConfigureAwait(false);
            }
            _hungUp.TrySetResult(_socket.CloseStatusDescription is { Length: > 0 } reason ? reason : "it has closed the connection");
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            _hungUp.TrySetResult(Lost);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A message that is longer than allowed is not read to its end.
    private async ValueTask<(WebSocketMessageType Type, int Length)> ReadAsync(byte[] buffer)
    {
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(length, BrowserMessage.MaxBytes + 1 - length), CancellationToken.None)
                .ConfigureAwait(false);
            length += part.Count;
            if (part.EndOfMessage || length > BrowserMessage.MaxBytes) return (part.MessageType, length);
        }
    }

    private void Take(BrowserMessage message, ReadOnlySpan<byte> bytes, Action stop)
    {
        switch (message)
        {
            case BrowserMessage.Sound when bytes.Length > 0:
                Volatile.Write(ref _lastSound, Now.Ticks);
                Source.Add(bytes);
                break;
            case BrowserMessage.Played { Ms: var ms }:
                Speaker.Report(ms);
                break;
            case BrowserMessage.Stop:
                stop();
                break;
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await _signal.WaitAsync().ConfigureAwait(false);
                while (await SendNextAsync().ConfigureAwait(false))
                {
                }
                if (_close is not var (code, reason) || !_texts.IsEmpty) continue;
                await _socket.CloseOutputAsync(code, reason, CancellationToken.None).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            _hungUp.TrySetResult(Lost);
        }
    }

    // Texts overtake sound: what is to be dropped need not be sent first.
    private async ValueTask<bool> SendNextAsync()
    {
        if (_texts.TryDequeue(out var text))
        {
            await _socket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        if (_close is not null || !Speaker.TryTake(out var block)) return false;
        try
        {
            await _socket.SendAsync(block.Bytes.AsMemory(0, block.Length), WebSocketMessageType.Binary, true, CancellationToken.None)
                .ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block.Bytes);
        }
        return true;
    }

    private void SayCall() => Say("call", json => json.WriteString("id", _id.Value));

    private void HangUp(WebSocketCloseStatus code, string reason)
    {
        CloseWith(code, reason);
        _hungUp.TrySetResult(reason);
    }

    private void CloseWith(WebSocketCloseStatus code, string reason)
    {
        _close ??= (code, reason);
        Wake();
    }

    private void Say(string type, Action<Utf8JsonWriter>? write = null)
    {
        if (_texts.Count >= MaxTexts)
        {
            _socket.Abort();
            return;
        }
        var text = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write?.Invoke(json);
            json.WriteEndObject();
        }
        _texts.Enqueue(text.WrittenSpan.ToArray());
        Wake();
    }

    // One signal is enough for everything that waits.
    private void Wake()
    {
        if (_signal.CurrentCount > 0) return;
        try
        {
            _signal.Release();
        }
        catch (ObjectDisposedException)
        {
            // The call is over.
        }
    }
}

/// <summary>
/// Calls from browsers. <c>Quiet</c>: a browser that sends no sound for so long is taken for gone. <c>Ahead</c>: the assistant's sound
/// that is sent before it is played.
/// </summary>
public sealed record BrowserSettings(TimeSpan Quiet, TimeSpan Ahead);
