using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

namespace RealtimeAkka.Simulator.Carrier;

/// <summary>
/// One call of a simulated carrier in real time: asks what to do with the call, connects the stream, sends the caller's sound in frames of
/// 20 ms, plays what comes at the pace of a voice and sends the marks back when the sound before them was played. The messages are those
/// that Twilio documents. Sound is G.711, 8 kHz.
/// </summary>
public sealed class CarrierCall : IAsyncDisposable
{
    /// <summary>The length of a frame.</summary>
    public static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(20);

    /// <summary>The bytes of a frame.</summary>
    public const int FrameBytes = 160;

    private const byte Silence = 0xFF; // in mu-law

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private readonly CarrierOptions _options;
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Lock _lock = new();
    private readonly CallOutput _output = new();
    private readonly Queue<byte> _voice = new();
    private readonly List<(Func<CarrierCall, bool> Fact, TaskCompletionSource Done)> _waiting = [];
    private readonly PriorityQueue<(long Frame, byte[] Sound), TimeSpan> _network = new();
    private readonly TaskCompletionSource<(int? Code, string? Reason)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly string _stream = Sid("MZ"), _call = Sid("CA");
    private Task _running = Task.CompletedTask;
    private long _sequence, _startedAt;

    private CarrierCall(CarrierOptions options)
    {
        _options = options;
        _ended.Token.Register(CancelWaiting);
    }

    /// <summary>The carrier's id of the call.</summary>
    public string CallSid => _call;

    /// <summary>The close frame of the server; no code if the connection was lost.</summary>
    public Task<(int? Code, string? Reason)> Closed => _closed.Task;

    /// <summary>What the caller has heard.</summary>
    public CallOutput Output
    {
        get
        {
            lock (_lock) return _output;
        }
    }

    /// <summary>Time since the stream began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>
    /// Calls, and begins the stream that the answer asks for. Throws <see cref="HttpRequestException"/> or
    /// <see cref="WebSocketException"/> if it is refused.
    /// </summary>
    public static async Task<CarrierCall> DialAsync(CarrierOptions options, CancellationToken cancellation = default)
    {
        var call = new CarrierCall(options);
        try
        {
            var (address, parameters) = await call.AskAsync(cancellation);
            await call.ConnectAsync(address, cancellation);
            await call.BeginAsync(parameters);
            return call;
        }
        catch
        {
            await call.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects the stream without asking first, and sends nothing.</summary>
    public static async Task<CarrierCall> ConnectAsync(CarrierOptions options, string path, CancellationToken cancellation = default)
    {
        var call = new CarrierCall(options);
        await call.ConnectAsync(new UriBuilder(options.Server) { Scheme = "ws", Path = path }.Uri, cancellation);
        _ = call.ReceiveAsync();
        return call;
    }

    /// <summary>The caller says this after what was said before; completes when it is sent.</summary>
    public Task SpeakAsync(ReadOnlySpan<byte> sound)
    {
        lock (_lock)
        {
            foreach (var value in sound) _voice.Enqueue(value);
        }
        return UntilAsync(call => call._voice.Count == 0);
    }

    /// <summary>Plays so many frames of what has come, and sends the marks back.</summary>
    public async Task PlayAsync(int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            IReadOnlyList<string> marks;
            lock (_lock) (_, marks) = _output.Play();
            foreach (var mark in marks) await SendMarkAsync(mark);
        }
        Look();
    }

    /// <summary>Completes when this is so; it is looked at with every frame and every message.</summary>
    public Task UntilAsync(Func<CarrierCall, bool> fact)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (fact(this)) return Task.CompletedTask;
            if (_ended.IsCancellationRequested) return Task.FromCanceled(_ended.Token);
            _waiting.Add((fact, done));
        }
        return done.Task;
    }

    /// <summary>The caller presses keys.</summary>
    public async Task PressAsync(string digits)
    {
        foreach (var digit in digits)
        {
            await SendAsync("dtmf", json =>
            {
                json.WriteStartObject("dtmf");
                json.WriteString("track", "inbound_track");
                json.WriteString("digit", $"{digit}");
                json.WriteEndObject();
            });
        }
    }

    /// <summary>The caller hangs up: the carrier says so and closes the connection.</summary>
    public async Task HangUpAsync()
    {
        await SendAsync("stop", json =>
        {
            json.WriteStartObject("stop");
            json.WriteString("accountSid", Account);
            json.WriteString("callSid", _call);
            json.WriteEndObject();
        });
        await CloseAsync();
    }

    /// <summary>Closes the connection without a word.</summary>
    public async Task CloseAsync()
    {
        await _ended.CancelAsync();
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException)
        {
            // The server was first.
        }
    }

    /// <summary>The connection is cut: no close frame.</summary>
    public void Cut()
    {
        _ended.Cancel();
        _socket.Abort();
    }

    /// <summary>Sends a text as it is.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> text)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(text, WebSocketMessageType.Text, true, CancellationToken.None);
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _socket.Abort(); // a send may wait for a server that does not read
        await _running;
        _socket.Dispose();
    }

    private static string Account { get; } = Sid("AC");

    private static string Sid(string kind) => kind + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private async Task<(Uri Stream, Dictionary<string, string> Parameters)> AskAsync(CancellationToken cancellation)
    {
        var address = new Uri(_options.Server, "/twilio/voice");
        Dictionary<string, string> form = new()
        {
            ["AccountSid"] = Account, ["ApiVersion"] = "2010-04-01", ["CallSid"] = _call, ["CallStatus"] = "ringing",
            ["Direction"] = "inbound", ["From"] = _options.From, ["To"] = _options.To,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        if (Sign(address, form) is { } signature) request.Headers.Add("X-Twilio-Signature", signature);
        using var response = (await Http.SendAsync(request, cancellation)).EnsureSuccessStatusCode();
        var stream = XElement.Parse(await response.Content.ReadAsStringAsync(cancellation)).Element("Connect")?.Element("Stream")
            ?? throw new HttpRequestException("the line is busy");
        return (new Uri(stream.Attribute("url")!.Value), stream.Elements("Parameter").ToDictionary(
            parameter => parameter.Attribute("name")!.Value, parameter => parameter.Attribute("value")!.Value));
    }

    private string? Sign(Uri address, IReadOnlyDictionary<string, string> form)
    {
        if (_options.AuthToken is not { } key) return _options.Signature;
        var fields = form.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + field.Value);
        var text = address + string.Concat(fields);
        return _options.Signature
            ?? Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
    }

    private Task ConnectAsync(Uri address, CancellationToken cancellation)
    {
        _socket.Options.Proxy = null;
        if (Sign(address, new Dictionary<string, string>()) is { } signature)
            _socket.Options.SetRequestHeader("X-Twilio-Signature", signature);
        return _socket.ConnectAsync(address, cancellation);
    }

    private async Task BeginAsync(Dictionary<string, string> parameters)
    {
        _ = ReceiveAsync();
        await SendAsync("""{"event":"connected","protocol":"Call","version":"1.0.0"}"""u8.ToArray());
        await SendAsync("start", json =>
        {
            json.WriteStartObject("start");
            json.WriteString("accountSid", Account);
            json.WriteString("streamSid", _stream);
            json.WriteString("callSid", _call);
            json.WriteStartArray("tracks");
            json.WriteStringValue("inbound");
            if (_options.BothTracks) json.WriteStringValue("outbound");
            json.WriteEndArray();
            json.WriteStartObject("mediaFormat");
            json.WriteString("encoding", "audio/x-mulaw");
            json.WriteNumber("sampleRate", 8000);
            json.WriteNumber("channels", 1);
            json.WriteEndObject();
            json.WriteStartObject("customParameters");
            foreach (var (name, value) in parameters.Concat(_options.Parameters)) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        _startedAt = Stopwatch.GetTimestamp();
        _running = RunAsync();
    }

    private async Task RunAsync()
    {
        for (var frame = 0L; !_ended.IsCancellationRequested; frame++)
        {
            var wait = FrameTime * (frame + 1) - Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.IsCancellationRequested) break;
            List<(long Frame, byte[] Sound)> due = [];
            IReadOnlyList<string> marks;
            byte[]? played;
            lock (_lock)
            {
                var sound = new byte[FrameBytes];
                for (var i = 0; i < sound.Length; i++) sound[i] = _voice.TryDequeue(out var value) ? value : Silence;
                foreach (var arrival in _options.Network.Arrivals(frame, FrameTime * frame)) _network.Enqueue((frame, sound), arrival);
                while (_network.TryPeek(out _, out var at) && at <= FrameTime * frame) due.Add(_network.Dequeue());
                (played, marks) = _options.PlaysByHand ? (null, []) : _output.Play();
            }
            foreach (var (number, sound) in due) await SendFrameAsync("inbound", number, sound);
            if (_options.BothTracks && played is not null) await SendFrameAsync("outbound", frame, played);
            foreach (var mark in marks) await SendMarkAsync(mark);
            Look();
        }
    }

    private Task SendFrameAsync(string track, long frame, byte[] sound) => SendAsync("media", json =>
    {
        json.WriteStartObject("media");
        json.WriteString("track", track);
        json.WriteString("chunk", Text(frame + 1));
        json.WriteString("timestamp", Text((long)(FrameTime * frame).TotalMilliseconds));
        json.WriteBase64String("payload", sound);
        json.WriteEndObject();
    });

    private async Task SendMarkAsync(string name)
    {
        await SendAsync("mark", json =>
        {
            json.WriteStartObject("mark");
            json.WriteString("name", name);
            json.WriteEndObject();
        });
        lock (_lock) _output.Returned++;
    }

    private Task SendAsync(string type, Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("event", type);
            json.WriteString("sequenceNumber", Text(Interlocked.Increment(ref _sequence)));
            write(json);
            json.WriteString("streamSid", _stream);
            json.WriteEndObject();
        }
        return SendAsync(text.WrittenMemory);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var message = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (message.MessageType == WebSocketMessageType.Close) break;
                await TakeAsync(JsonElement.Parse(buffer.AsSpan(0, message.Count)));
                Look();
            }
            _closed.TrySetResult(((int?)_socket.CloseStatus, _socket.CloseStatusDescription));
            await CloseAsync();
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            _closed.TrySetResult((null, e.Message));
        }
        await _ended.CancelAsync();
    }

    private async Task TakeAsync(JsonElement message)
    {
        IReadOnlyList<string> marks = [];
        lock (_lock)
        {
            switch (message.GetProperty("event").GetString())
            {
                case "media":
                    _output.Add(message.GetProperty("media").GetProperty("payload").GetBytesFromBase64());
                    break;
                case "mark":
                    marks = _output.Mark(message.GetProperty("mark").GetProperty("name").GetString()!);
                    break;
                case "clear":
                    marks = _output.Clear(DateTimeOffset.UtcNow);
                    break;
            }
        }
        foreach (var mark in marks) await SendMarkAsync(mark);
    }

    private void CancelWaiting()
    {
        List<TaskCompletionSource> waiting;
        lock (_lock)
        {
            waiting = [.. _waiting.Select(entry => entry.Done)];
            _waiting.Clear();
        }
        foreach (var done in waiting) done.TrySetCanceled(_ended.Token);
    }

    private void Look()
    {
        List<TaskCompletionSource> done = [];
        lock (_lock)
        {
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (!_waiting[i].Fact(this)) continue;
                done.Add(_waiting[i].Done);
                _waiting.RemoveAt(i);
            }
        }
        foreach (var one in done) one.TrySetResult();
    }
}
