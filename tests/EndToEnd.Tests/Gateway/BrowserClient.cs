using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using RealtimeAkka.Protocol;

namespace RealtimeAkka.EndToEnd.Tests.Gateway;

/// <summary>
/// What a page does: sends sound in frames of 40 ms, plays what comes at the pace of a voice, and reports how much it has played. A test
/// may take over the playing.
/// </summary>
internal sealed class BrowserClient : IDisposable
{
    private const int Frame = 40 * Pcm.BytesPerMillisecond;

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Channel<JsonElement> _texts = Channel.CreateUnbounded<JsonElement>();
    private readonly TaskCompletionSource<(int? Code, string? Reason)> _closed = new();
    private readonly TaskCompletionSource _firstSound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private long _received, _playable, _played;

    private BrowserClient()
    {
    }

    /// <summary>The id of the call, once it is known.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The close frame of the server; no code if the connection was lost.</summary>
    public Task<(int? Code, string? Reason)> Closed => _closed.Task;

    /// <summary>Completes when sound of the assistant has come.</summary>
    public Task FirstSound => _firstSound.Task;

    /// <summary>Milliseconds of the assistant's voice that have come.</summary>
    public long ReceivedMs => Interlocked.Read(ref _received) / Pcm.BytesPerMillisecond;

    /// <summary>Milliseconds of it that were played.</summary>
    public long PlayedMs => Interlocked.Read(ref _played) / Pcm.BytesPerMillisecond;

    /// <summary>Milliseconds by which a busy machine has delayed <see cref="SpeakAsync"/>, which then plays as much at once.</summary>
    public long StalledMs { get; private set; }

    public static async Task<BrowserClient> ConnectAsync(Uri url, string? origin, string query)
    {
        var client = new BrowserClient();
        if (origin is not null) client._socket.Options.SetRequestHeader("Origin", origin);
        client._socket.Options.Proxy = null;
        var address = new UriBuilder(url) { Scheme = "ws", Path = "/calls/browser", Query = query }.Uri;
        await client._socket.ConnectAsync(address, CancellationToken.None).WaitAsync(HostProcess.Limit);
        _ = client.ReceiveAsync();
        return client;
    }

    /// <summary>Waits for the message <c>call</c>, which comes first.</summary>
    public async Task<BrowserClient> LiveAsync()
    {
        var first = await NextAsync();
        Assert.Equal("call", first.Text("type"));
        Id = first.Text("id")!;
        return this;
    }

    /// <summary>The next text of the server.</summary>
    public async Task<JsonElement> NextAsync()
    {
        using var limit = new CancellationTokenSource(HostProcess.Limit);
        return await _texts.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Waits for a text of this type and passes over others.</summary>
    public async Task<JsonElement> UntilAsync(string type)
    {
        while (true)
        {
            var text = await NextAsync();
            if (text.Text("type") == type) return text;
        }
    }

    /// <summary>Speaks at the pace of a voice and plays what comes meanwhile.</summary>
    public async Task SpeakAsync(ReadOnlyMemory<byte> pcm, bool plays = true, CancellationToken cancellation = default)
    {
        var (start, sent, late) = (Stopwatch.GetTimestamp(), 0L, TimeSpan.Zero);
        for (; !pcm.IsEmpty && !cancellation.IsCancellationRequested && _socket.State == WebSocketState.Open;
            pcm = pcm[Math.Min(pcm.Length, Frame)..])
        {
            await SendAsync(pcm[..Math.Min(pcm.Length, Frame)]);
            if (plays) await PlayAsync(40);
            sent += 40;
            var ahead = TimeSpan.FromMilliseconds(sent) - Stopwatch.GetElapsedTime(start);
            if (-ahead > late) StalledMs += (long)(-ahead - late).TotalMilliseconds;
            late = ahead < TimeSpan.Zero ? -ahead : TimeSpan.Zero;
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, CancellationToken.None);
        }
    }

    /// <summary>Completes when more sound comes than there is now.</summary>
    public Task MoreSound
    {
        get
        {
            lock (_lock) return _more.Task;
        }
    }

    /// <summary>Plays so much more, if it has come, and reports it.</summary>
    public async Task PlayAsync(int ms)
    {
        long played;
        lock (_lock)
        {
            if (_playable == 0) return;
            var more = Math.Min(_playable, ms * Pcm.BytesPerMillisecond);
            (_playable, _played) = (_playable - more, _played + more);
            played = _played;
        }
        await SendAsync(FormattableString.Invariant($$"""{"type":"played","ms":{{played / Pcm.BytesPerMillisecond}}}"""));
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(ReadOnlyMemory<byte> sound) => SendAsync(sound, WebSocketMessageType.Binary);

    /// <summary>Closes as a page does.</summary>
    public Task CloseAsync() => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

    /// <summary>The line is cut: no close frame.</summary>
    public void Cut() => _socket.Abort();

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, type, true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException or OperationCanceledException)
        {
            // The server has closed the connection: Closed says how.
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var message = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (message.MessageType == WebSocketMessageType.Close) break;
                Assert.True(message.EndOfMessage);
                if (message.MessageType == WebSocketMessageType.Text) Take(JsonElement.Parse(buffer.AsSpan(0, message.Count)));
                else Hear(message.Count);
            }
            _closed.TrySetResult(((int?)_socket.CloseStatus, _socket.CloseStatusDescription));
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            _closed.TrySetResult((null, e.Message));
        }
        _texts.Writer.TryComplete();
    }

    private void Hear(int bytes)
    {
        Interlocked.Add(ref _received, bytes);
        TaskCompletionSource more;
        lock (_lock)
        {
            _playable += bytes;
            (more, _more) = (_more, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        _firstSound.TrySetResult();
        more.SetResult();
    }

    private void Take(JsonElement text)
    {
        if (text.Text("type") == "clear")
            lock (_lock) _playable = 0;
        _texts.Writer.TryWrite(text);
    }
}
