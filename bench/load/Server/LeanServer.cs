using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RealtimeAkka.Bench.Load.Server;

/// <summary>
/// A server for the load's conversation only, at a fraction of the simulator's cost: one thread visits every session every
/// 10 ms, a tenth of them each millisecond, reads input and sends due events. Input audio must be a tone or digital silence.
/// </summary>
internal sealed class LeanServer
{
    private static readonly int Beats = (int)ServerSession.Visit.TotalMilliseconds;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<ServerSession>[] _visits = [.. Enumerable.Range(0, Beats).Select(_ => new List<ServerSession>())];
    private readonly HashSet<Socket> _readable = [];
    private int _accepted;

    public LeanServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(4096);
        Url = new Uri($"ws://{_listener.LocalEndPoint}/v1/realtime");
    }

    /// <summary>The address for clients, without the model.</summary>
    public Uri Url { get; }

    /// <summary>Serves on a background thread until the process ends.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "server" }.Start();

    private void Run()
    {
        var clock = Stopwatch.StartNew();
        for (var beat = 0L; ; beat++)
        {
            if (clock.ElapsedMilliseconds <= beat) Thread.Sleep(1);
            // After a pause the missed ticks are skipped.
            beat = Math.Max(beat, clock.ElapsedMilliseconds - Beats);
            if (beat % Beats == 0) Accept();
            Visit(_visits[beat % Beats], clock.Elapsed);
        }
    }

    private void Accept()
    {
        while (_listener.Poll(0, SelectMode.SelectRead))
        {
            var socket = _listener.Accept();
            socket.Blocking = false;
            socket.NoDelay = true;
            _visits[_accepted++ % Beats].Add(new ServerSession(new ServerLine(socket)));
        }
    }

    private void Visit(List<ServerSession> sessions, TimeSpan now)
    {
        if (sessions.Count == 0) return;
        var ready = sessions.ConvertAll(session => session.Line.Socket);
        Socket.Select(ready, null, null, 0);
        _readable.Clear();
        _readable.UnionWith(ready);
        foreach (var session in sessions) session.Serve(_readable.Contains(session.Line.Socket), now);
        foreach (var over in sessions.Where(session => session.Line.IsOver)) over.Line.Dispose();
        sessions.RemoveAll(session => session.Line.IsOver);
    }
}
