using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using RealtimeAkka.Simulator;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.EndToEnd.Tests.Simulator;

/// <summary>A simulator and one plain WebSocket client. Events on the wire are saved in the folder REALTIME_WIRE_LOG, if set.</summary>
internal sealed class SimulatorClient : IAsyncDisposable
{
    public static TimeSpan Limit => HostProcess.Limit;

    private readonly RealtimeSimulator _simulator;
    private readonly ClientWebSocket _socket;
    private readonly Task _reading;
    private readonly bool _valid;
    private readonly List<(string Part, TaskCompletionSource Came)> _awaited = [];

    private SimulatorClient(RealtimeSimulator simulator, ClientWebSocket socket, SimulatedConnection connection, bool valid)
    {
        _simulator = simulator;
        _socket = socket;
        _valid = valid;
        Connection = connection;
        _reading = ReadAsync();
    }

    public SimulatedConnection Connection { get; }
    public WireLog Log => Connection.Log;
    public ClientWebSocket Socket => _socket;

    /// <summary>All messages received on the socket.</summary>
    public List<string> Received { get; } = [];

    /// <summary>A copy of the messages received so far.</summary>
    public IReadOnlyList<string> Messages { get { lock (Received) return [.. Received]; } }

    /// <summary>Completes once a message that contains this text was received.</summary>
    public Task HeardAsync(string part)
    {
        lock (Received)
        {
            if (Received.Exists(message => message.Contains(part, StringComparison.Ordinal))) return Task.CompletedTask;
            var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((part, came));
            return came.Task.WaitAsync(Limit);
        }
    }

    /// <summary>Completes when the socket ends.</summary>
    public Task Ended => _reading;

    /// <summary>Starts a simulator and connects; <paramref name="valid"/> is false if the test sends invalid events.</summary>
    public static async Task<SimulatorClient> ConnectAsync(string scenario = "{}", string query = "?model=gpt-realtime", bool valid = true,
        Action<ClientWebSocket>? configure = null, TimeProvider? time = null)
    {
        var simulator = await RealtimeSimulator.StartAsync(
            new SimulatorOptions { Scenario = Scenario.Parse(scenario), Time = time ?? TimeProvider.System, Log = WireLogging.All });
        var socket = new ClientWebSocket();
        configure?.Invoke(socket);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await socket.ConnectAsync(new Uri(simulator.Url + query), limit.Token);
            return new SimulatorClient(simulator, socket, await simulator.ConnectionAsync(1, Limit), valid);
        }
        catch
        {
            socket.Dispose();
            await simulator.DisposeAsync();
            throw;
        }
    }

    public Task SendAsync(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public Task SendAsync(JsonObject e) => SendAsync(e.ToJsonString());

    /// <summary>Sends a session.update with these session fields.</summary>
    public async Task ConfigureAsync(string fields)
    {
        var session = (JsonObject)JsonNode.Parse(fields)!;
        session["type"] = "realtime";
        var before = Log.Of("session.updated").Count;
        await SendAsync(new JsonObject { ["type"] = "session.update", ["session"] = session });
        await Log.WaitAsync("session.updated", Limit, before + 1);
    }

    /// <summary>Sends sound, as far as the server does not cut the connection meanwhile.</summary>
    public async Task HearAsync(params IEnumerable<byte[]> sounds)
    {
        try
        {
            foreach (var frame in sounds.SelectMany(sound => sound.Chunk(4800)))
                await SendAsync($$"""{"type":"input_audio_buffer.append","audio":"{{Convert.ToBase64String(frame)}}"}""");
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // What is missing then shows in what the test waits for.
        }
    }

    /// <summary>The first or nth event of a type.</summary>
    public Task<WireEntry> Event(string type, int nth = 1) => Log.WaitAsync(type, Limit, nth);

    /// <summary>The types of the events sent to the client, repeated deltas once, up to and including the nth of a type.</summary>
    public async Task<string> TypesUpTo(string type, int nth = 1)
    {
        var last = await Event(type, nth);
        var types = new List<string>();
        foreach (var entry in Log.Entries.Where(e => e.Direction == Direction.Received))
        {
            if (types.LastOrDefault() != entry.Type || !entry.Type.EndsWith("delta", StringComparison.Ordinal)) types.Add(entry.Type);
            if (entry == last) break;
        }
        return string.Join('\n', types);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        await _simulator.DisposeAsync();
        _socket.Dispose();
        if (Environment.GetEnvironmentVariable("REALTIME_WIRE_LOG") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            var lines = Log.ToJsonLines().Split('\n').Where(l => _valid || !l.StartsWith("""{"dir":"sent",""", StringComparison.Ordinal));
            await File.WriteAllLinesAsync(Path.Combine(folder, $"{Guid.NewGuid():N}.jsonl"), lines);
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close) break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                lock (Received)
                {
                    var text = Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
                    Received.Add(text);
                    _awaited.RemoveAll(awaited => text.Contains(awaited.Part, StringComparison.Ordinal) && awaited.Came.TrySetResult());
                }
                message.SetLength(0);
            }
            if (_socket.State == WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(_socket.CloseStatus!.Value, null, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
