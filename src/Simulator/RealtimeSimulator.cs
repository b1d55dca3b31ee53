using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator;

/// <summary>
/// A Realtime server on loopback: the same events in the same order as the service, from a scenario or with simulated texts.
/// One per test, or one for a whole demo.
/// </summary>
public sealed class RealtimeSimulator : IAsyncDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly SimulatorOptions _options;
    private readonly Scenario _scenario;
    private readonly WebApplication _server;
    private readonly Lock _lock = new();
    private readonly List<SimulatedConnection> _connections = [];
    private readonly List<(int Number, TaskCompletionSource<SimulatedConnection> Came)> _waiting = [];
    private int _upgrades;

    private RealtimeSimulator(SimulatorOptions options)
    {
        _options = options;
        _scenario = options.Scenario ?? new Scenario();
        _server = Server(options);
    }

    /// <summary>Where clients connect: <c>ws://127.0.0.1:PORT/v1/realtime</c>, without the model.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Connections that were accepted or refused by a close frame, oldest first; ended ones only while a log is kept.</summary>
    public IReadOnlyList<SimulatedConnection> Connections { get { lock (_lock) return [.. _connections]; } }

    /// <summary>Starts listening; throws <see cref="IOException"/> when the port is in use.</summary>
    public static async Task<RealtimeSimulator> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        var simulator = new RealtimeSimulator(options);
        try
        {
            await simulator._server.StartAsync(cancellationToken);
        }
        catch
        {
            await simulator._server.DisposeAsync();
            throw;
        }
        var address = new Uri(simulator._server.Urls.First());
        simulator.Url = new Uri($"ws://127.0.0.1:{address.Port}/v1/realtime");
        return simulator;
    }

    /// <summary>The <paramref name="number"/>-th connection, past or future; <see cref="TimeoutException"/> after the limit.</summary>
    public Task<SimulatedConnection> ConnectionAsync(int number, TimeSpan limit)
    {
        lock (_lock)
        {
            if (_connections.Find(c => c.Number == number) is { } already) return Task.FromResult(already);
            var came = new TaskCompletionSource<SimulatedConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((number, came));
            return came.Task.WaitAsync(limit);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var open = Connections;
        foreach (var connection in open) connection.Close(1001, "Server is going away");
        await Task.WhenAny(Task.WhenAll(open.Select(c => c.Ended)), Task.Delay(StopLimit));
        foreach (var connection in open.Where(c => !c.Ended.IsCompleted)) connection.Abort();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private WebApplication Server(SimulatorOptions options)
    {
        // The empty builder has no logging and no configuration; the console lifetime is replaced because Ctrl-C belongs to the host.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.AddServerHeader = false;
            // A client may read or write slowly, and a scenario may make it wait.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.WebHost.UseSockets(Sockets);
        var server = builder.Build();
        // With a timeout .NET sends PING instead of an unsolicited PONG; 1 h keeps a client that stopped reading from being dropped.
        server.Use(UpgradedConnection.UseAsync);
        server.UseWebSockets(new WebSocketOptions { KeepAliveInterval = options.Ping, KeepAliveTimeout = TimeSpan.FromHours(1) });
        server.Run(ServeAsync);
        return server;
    }

    private async Task ServeAsync(HttpContext http)
    {
        if (http.Request.Path != "/v1/realtime")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        var number = Interlocked.Increment(ref _upgrades);
        var admission = Admission.Of(http.Request, _scenario, _scenario.ConnectionNumber(number));
        if (admission.Unanswered is { } how)
        {
            if (how == RefusalKind.Hang)
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            http.Abort();
            return;
        }
        if (admission.HttpStatus is { } status)
        {
            http.Response.StatusCode = status;
            if (admission.RetryAfterS is { } seconds) http.Response.Headers.RetryAfter = $"{seconds}";
            if (admission.Error is { } error) await http.Response.WriteAsJsonAsync(new { error }, ScenarioReader.Json);
            return;
        }

        var line = (UpgradedConnection)http.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        using var socket = await http.WebSockets.AcceptWebSocketAsync(admission.Subprotocol);
        var connection = new SimulatedConnection(number, socket, line, http.Abort, admission, _scenario, _options);
        Came(connection);
        await connection.RunAsync();
        if (_options.Log == WireLogging.None)
            lock (_lock) _connections.Remove(connection);
    }

    private void Came(SimulatedConnection connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
            _waiting.RemoveAll(w => w.Number == connection.Number && w.Came.TrySetResult(connection));
        }
    }

    private void Sockets(SocketTransportOptions sockets)
    {
        // A send completes only when the OS has the data: an event sent before a scenario cuts the connection still arrives.
        sockets.MaxWriteBufferSize = 1;
        if (_scenario.Connections.Append(_scenario.Connection).All(c => c.StopReading is null)) return;

        // A client notices that the server stopped reading only when all buffers are full; small buffers make that soon.
        sockets.MaxReadBufferSize = 16 * 1024;
        sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
            socket.Bind(endpoint);
            return socket;
        };
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
