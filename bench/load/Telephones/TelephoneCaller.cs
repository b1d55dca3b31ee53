using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Bench.Load.Browsers;

namespace RealtimeAkka.Bench.Load.Telephones;

/// <summary>
/// A client like a carrier with one call: sends the caller's sound in frames of 20 ms, plays in real time, and sends the marks back.
/// </summary>
internal sealed class TelephoneCaller : ICaller
{
    private const int FrameMs = 20, FrameBytes = 160;

    // What the conversion to 24 kHz holds back.
    private const int Lag = 17;

    private readonly ClientWebSocket _socket = new();
    private readonly Uri _url;
    private readonly byte[] _voice;
    private readonly bool _isConverted;
    private readonly string _call = $"CA{Guid.NewGuid():N}";
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<(int Bytes, string? Mark)> _output = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly long[] _sentAt = new long[1024]; // of the newest frames: 20 s
    private int _frames;
    private volatile bool _isStopping;

    /// <summary>A caller with this voice, µ-law 8 kHz in whole windows; <paramref name="isConverted"/>: so is the sound of its session.</summary>
    public TelephoneCaller(Uri url, byte[] voice, Tap tap, bool isConverted)
    {
        (_url, _voice, _isConverted) = (url, voice, isConverted);
        tap.Ages = () =>
        {
            _connected.TrySetResult();
            return Age;
        };
    }

    /// <inheritdoc/>
    public string Id { get; private set; } = "";

    /// <inheritdoc/>
    public Task<string> Ended => _ended.Task;

    /// <inheritdoc/>
    public long Sent { get; private set; }

    /// <inheritdoc/>
    public bool IsCut { get; private set; }

    /// <summary>Finds the folder of each call by the carrier's id.</summary>
    public static void Find(string data, IEnumerable<TelephoneCaller> callers)
    {
        var folders = Directory.GetDirectories(data).ToDictionary(folder => JsonElement.Parse(
            File.ReadLines(Path.Combine(folder, "records.jsonl")).First()).GetProperty("telephone").GetProperty("call").GetString()!);
        foreach (var caller in callers) caller.Id = Path.GetFileName(folders[caller._call]);
    }

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        _socket.Options.Proxy = null;
        await _socket.ConnectAsync(new UriBuilder(_url) { Scheme = "ws", Path = "/calls/twilio" }.Uri, CancellationToken.None)
            .ConfigureAwait(false);
        _ = ReceiveAsync();
        await SendAsync($$$"""
            {"event":"start","sequenceNumber":"1","streamSid":"MZ1","start":{"streamSid":"MZ1","callSid":"{{{_call}}}",
             "tracks":["inbound"],"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{} } }
            """).ConfigureAwait(false);
        await _connected.Task.ConfigureAwait(false);
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    // Of the newest sound, when so much of it has left the host.
    private TimeSpan? Age(long soundBytes)
    {
        var samples = _isConverted ? soundBytes / Call.SoundBytesPerByte + Lag : soundBytes;
        var frame = (int)((samples + FrameBytes - 1) / FrameBytes) - 1;
        lock (_sentAt) return frame >= 0 && frame < _frames ? Stopwatch.GetElapsedTime(_sentAt[frame % _sentAt.Length]) : null;
    }

    private async Task SpeakAsync()
    {
        try
        {
            var (start, played) = (Stopwatch.GetTimestamp(), 0);
            for (var frame = 0L; !_ended.Task.IsCompleted; frame++)
            {
                if (!_isStopping)
                {
                    var at = (int)(frame * FrameBytes % _voice.Length);
                    var payload = Convert.ToBase64String(_voice, at, Math.Min(FrameBytes, _voice.Length - at));
                    lock (_sentAt) _sentAt[_frames++ % _sentAt.Length] = Stopwatch.GetTimestamp();
                    await SendAsync($$$"""
                        {"event":"media","sequenceNumber":"{{{frame + 2}}}","media":{"track":"inbound","chunk":"{{{frame + 1}}}","timestamp":"{{{frame * FrameMs}}}","payload":"{{{payload}}}"},"streamSid":"MZ1"}
                        """).ConfigureAwait(false);
                    Sent += FrameBytes * Call.SoundBytesPerByte;
                }
                else if (_output.IsEmpty)
                {
                    await SendAsync("""{"event":"stop","streamSid":"MZ1"}""").ConfigureAwait(false);
                    return;
                }
                for (played += FrameBytes; _output.TryPeek(out var next) && next.Bytes <= played; _output.TryDequeue(out _))
                {
                    played -= next.Bytes;
                    if (next.Mark is not null)
                        await SendAsync($$$"""{"event":"mark","streamSid":"MZ1","mark":{"name":"{{{next.Mark}}}"}}""").ConfigureAwait(false);
                }
                if (_output.IsEmpty) played = 0;
                var wait = TimeSpan.FromMilliseconds((frame + 1) * FrameMs) - Stopwatch.GetElapsedTime(start);
                if (wait > TimeSpan.Zero) await Task.Delay(wait).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            _ended.TrySetResult($"the line is lost: {e.Message}");
        }
    }

    private async Task SendAsync(string text)
    {
        await _sending.WaitAsync().ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None)
                .ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var message = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
                if (message.MessageType == WebSocketMessageType.Close) break;
                await TakeAsync(JsonElement.Parse(buffer.AsSpan(0, message.Count))).ConfigureAwait(false);
            }
            _ended.TrySetResult(_socket.CloseStatus == WebSocketCloseStatus.NormalClosure ? "completed"
                : $"closed: {_socket.CloseStatus} {_socket.CloseStatusDescription}");
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            _ended.TrySetResult($"the line is lost: {e.Message}");
        }
    }

    private async Task TakeAsync(JsonElement message)
    {
        switch (message.GetProperty("event").GetString())
        {
            case "media":
                _output.Enqueue((message.GetProperty("media").GetProperty("payload").GetBytesFromBase64().Length, null));
                break;
            case "mark":
                _output.Enqueue((0, message.GetProperty("mark").GetProperty("name").GetString()));
                break;
            case "clear":
                while (_output.TryDequeue(out var dropped))
                {
                    if (dropped.Mark is not null)
                        await SendAsync($$$"""{"event":"mark","streamSid":"MZ1","mark":{"name":"{{{dropped.Mark}}}"}}""").ConfigureAwait(false);
                }
                break;
        }
    }
}
