using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.Bench.Load.Browsers;

/// <summary>A client like a browser: speaks and plays in real time, and reports what it has played.</summary>
internal sealed class Caller(Uri url, byte[] voice) : ICaller
{
    private const int FrameMs = 40;
    private const int Frame = FrameMs * Pcm.BytesPerMillisecond;

    private readonly ClientWebSocket _socket = new();
    private readonly TaskCompletionSource<string> _id = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private long _playable, _played;
    private volatile bool _isStopping;

    /// <inheritdoc/>
    public string Id { get; private set; } = "";

    /// <inheritdoc/>
    public Task<string> Ended => _ended.Task;

    /// <inheritdoc/>
    public long Sent { get; private set; }

    /// <inheritdoc/>
    public bool IsCut { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        _socket.Options.Proxy = null;
        await _socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws", Path = "/calls/browser" }.Uri, CancellationToken.None)
            .ConfigureAwait(false);
        _ = ReceiveAsync();
        Id = await _id.Task.ConfigureAwait(false);
        _ = SpeakAsync();
    }

    /// <inheritdoc/>
    public void Stop() => _isStopping = true;

    /// <inheritdoc/>
    public void Cut()
    {
        IsCut = true;
        _socket.Abort();
    }

    public void Dispose() => _socket.Dispose();

    private async Task SpeakAsync()
    {
        try
        {
            var (start, frame, said) = (Stopwatch.GetTimestamp(), new byte[Frame], false);
            for (var count = 0L; !_ended.Task.IsCompleted; count++)
            {
                if (!_isStopping)
                {
                    voice.AsSpan((int)(count * Frame % voice.Length), Frame).CopyTo(frame);
                    Stamp.Write(frame);
                    await _socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Binary, true, CancellationToken.None)
                        .ConfigureAwait(false);
                    Sent += Frame;
                }
                else if (!said)
                {
                    said = true;
                    await SendAsync("""{"type":"stop"}""").ConfigureAwait(false);
                }
                if (Play() is { } played) await SendAsync(played).ConfigureAwait(false);
                var wait = TimeSpan.FromMilliseconds((count + 1) * FrameMs) - Stopwatch.GetElapsedTime(start);
                if (wait > TimeSpan.Zero) await Task.Delay(wait).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            _ended.TrySetResult($"the line is lost: {e.Message}");
        }
    }

    private string? Play()
    {
        lock (_lock)
        {
            if (_playable == 0) return null;
            var now = Math.Min(_playable, Frame);
            (_playable, _played) = (_playable - now, _played + now);
            return FormattableString.Invariant($$"""{"type":"played","ms":{{Pcm.Milliseconds(_played)}}}""");
        }
    }

    private Task SendAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    private async Task ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var message = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
                if (message.MessageType == WebSocketMessageType.Close) break;
                if (message.MessageType == WebSocketMessageType.Text) Take(JsonElement.Parse(buffer.AsSpan(0, message.Count)));
                else
                {
                    lock (_lock) _playable += message.Count;
                }
            }
            Over($"closed: {_socket.CloseStatus} {_socket.CloseStatusDescription}");
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            Over($"the line is lost: {e.Message}");
        }
    }

    private void Take(JsonElement text)
    {
        switch (text.GetProperty("type").GetString())
        {
            case "call":
                _id.TrySetResult(text.GetProperty("id").GetString()!);
                break;
            case "clear":
                lock (_lock) _playable = 0;
                break;
            case "ended":
                Over(text.GetProperty("exit").GetString()!);
                break;
        }
    }

    private void Over(string how)
    {
        _ended.TrySetResult(how);
        _id.TrySetException(new InvalidOperationException(how));
    }
}
