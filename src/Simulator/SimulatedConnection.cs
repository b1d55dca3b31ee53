using System.Buffers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using RealtimeAkka.Simulator.Scenarios;
using RealtimeAkka.Simulator.Session;
using RealtimeAkka.Simulator.Wire;

namespace RealtimeAkka.Simulator;

/// <summary>One client's connection: its wire log, and methods for tests to disturb it.</summary>
public sealed class SimulatedConnection : IClientConnection
{
    private const int LargestMessage = 16 * 1024 * 1024;
    private const int UsualMessage = 16 * 1024;
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly WebSocket _socket;
    private readonly Action _abort;
    private readonly Admission _admission;
    private readonly ConnectionScript _script;
    private readonly TimeProvider _time;
    private readonly Outgoing _outgoing;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SessionContext _context;
    private readonly RealtimeSession _session;

    // Guards everything below and the whole session against the receive loop, the agenda's timer and tests.
    private readonly Lock _gate = new();
    private bool _closing;
    private bool _over;
    private bool _silent;
    private long _audioBytes;

    internal SimulatedConnection(int number, WebSocket socket, UpgradedConnection line, Action abort, Admission admission,
        Scenario scenario, SimulatorOptions options)
    {
        Number = number;
        Log = new WireLog(options.Log);
        _socket = socket;
        _outgoing = new Outgoing(socket, line, options.Time);
        _abort = abort;
        _admission = admission;
        _script = scenario.ConnectionNumber(number);
        _time = options.Time;

        var agenda = new EventSchedule(options.Time, RunDue);
        var ids = new IdGenerator(options.Time);
        var expiresAt = (options.Time.GetUtcNow() + TimeSpan.FromMilliseconds(_script.ExpiresAfterMs)).ToUnixTimeSeconds();
        var config = admission.Transcription
            ? SessionConfig.Transcription(ids.Next("sess_"), expiresAt)
            : SessionConfig.Realtime(ids.Next("sess_"), admission.Model, expiresAt);
        _context = new SessionContext(config, scenario, _script, agenda, new Emitter(this, agenda, ids, _script.Faults), ids);
        _session = new RealtimeSession(_context, this);
    }

    /// <summary>From 1, in the order of connecting.</summary>
    public int Number { get; }

    /// <summary>All messages in both directions, as far as the log level keeps them.</summary>
    public WireLog Log { get; }

    /// <summary>Completes when the connection has ended, for any reason.</summary>
    public Task Ended => _ended.Task;

    /// <summary>The client's close code, sent first or in reply; null where there was none.</summary>
    public int? ClientCloseCode { get; private set; }

    /// <summary>Sends any text, valid or not, after the queued messages.</summary>
    public void Inject(string text)
    {
        lock (_gate) ((IClientConnection)this).Send("", Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Closes with a code and reason after the queued messages; aborts a half-open connection.</summary>
    public void Close(int code, string reason = "")
    {
        lock (_gate)
        {
            if (_silent) Abort();
            else ((IClientConnection)this).Close(code, reason);
        }
    }

    /// <summary>Aborts the connection without a close frame.</summary>
    public void Abort()
    {
        // Kestrel reuses the request object once this connection has ended, so it must not be aborted then.
        lock (_gate)
            if (!_over) _abort();
    }

    internal async Task RunAsync()
    {
        try
        {
            await Task.WhenAll(SendAllAsync(), ReceiveAllAsync());
        }
        finally
        {
            lock (_gate) _over = true;
            _ended.SetResult();
        }
    }

    void IClientConnection.Send(string type, byte[] utf8)
    {
        if (_closing) return;
        Log.Add(Direction.Received, type, utf8, _context.Agenda.Now);
        Require(_outgoing.Send(utf8));
    }

    void IClientConnection.Close(int code, string reason)
    {
        if (_closing) return;
        _closing = true;
        Require(_outgoing.Close(code, reason));
    }

    void IClientConnection.Abort()
    {
        _closing = true;
        Require(_outgoing.Cut());
    }

    void IClientConnection.Stall(TimeSpan pause)
    {
        if (!_closing) Require(_outgoing.Stall(pause));
    }

    void IClientConnection.FallSilent()
    {
        _closing = _silent = true;
        Require(_outgoing.FallSilent());
    }

    void IClientConnection.AbortMidMessage(byte[] utf8)
    {
        _closing = true;
        Require(_outgoing.Cut(halfOf: utf8));
    }

    // Aborts when the queue is full: thousands of events wait for a client that does not read.
    private void Require(bool queued)
    {
        if (!queued) Abort();
    }

    private void Start()
    {
        if (_admission.Refused is { } refused)
        {
            _context.Out.Error(new RequestError(refused.Code, refused.Message), null);
            ((IClientConnection)this).Close(refused.CloseCode, $"invalid_request_error.{refused.Code}");
            return;
        }
        _session.Start();
        if (_script.Close is { AfterMs: { } ms } close) _context.Agenda.After(TimeSpan.FromMilliseconds(ms), () => End(close));
    }

    private void End(CloseScript close)
    {
        IClientConnection line = this;
        if (close.HalfOpen) line.FallSilent();
        else if (close.Abrupt) line.Abort();
        else line.Close(close.Code, close.Reason ?? "");
    }

    private void RunDue()
    {
        lock (_gate) _context.Agenda.RunDue();
    }

    private async Task SendAllAsync()
    {
        try
        {
            // After the close frame the client has CloseLimit to answer it or to disconnect.
            await _outgoing.RunAsync(() => _stop.CancelAfter(CloseLimit), _stop.Token);
        }
        catch (Exception e)
        when (e is OperationCanceledException or WebSocketException or IOException or SocketException or ObjectDisposedException)
        {
            Abort();
        }
    }

    private async Task ReceiveAllAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(UsualMessage);
        var pause = _script.StopReading;
        lock (_gate) Start();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.GetMemory(UsualMessage / 2), _stop.Token);
                if (part.MessageType == WebSocketMessageType.Close) break;
                buffer.Advance(part.Count);
                if (buffer.WrittenCount > LargestMessage)
                {
                    Close(1009, "Message too big");
                    buffer.ResetWrittenCount();
                }
                if (!part.EndOfMessage) continue;

                Take(buffer.WrittenSpan, part.MessageType == WebSocketMessageType.Binary);
                // One buffer for the whole connection; one grown by a very large message is replaced.
                if (buffer.Capacity > 16 * UsualMessage)
                    buffer = new ArrayBufferWriter<byte>(UsualMessage); else buffer.ResetWrittenCount();
                if (_script.ReadDelayMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(_script.ReadDelayMs), _time, _stop.Token);
                if (pause is null || HeardMs < pause.AfterAudioMs) continue;
                await Task.Delay(TimeSpan.FromMilliseconds(pause.ForMs), _time, _stop.Token);
                pause = null;
            }
            ClientCloseCode = (int?)_socket.CloseStatus;
            // 1005 means "no code" and must not be sent.
            Close(ClientCloseCode is { } code and not 1005 ? code : 1000);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            Abort();
        }
        finally
        {
            lock (_gate)
            {
                _closing = true;
                _context.Agenda.Dispose();
            }
            _outgoing.Complete();
        }
    }

    private long HeardMs => _context.Config.InputFormat.Milliseconds(_audioBytes);

    private void Take(ReadOnlySpan<byte> utf8, bool binary)
    {
        lock (_gate)
        {
            if (_closing) return;
            try
            {
                var frame = binary ? throw new JsonException() : ClientFrame.Read(utf8);
                if (frame.Type == ClientFrame.Append) TakeAudio(frame.Audio, utf8);
                else
                {
                    Log.Add(Direction.Sent, frame.Type ?? "", utf8, _context.Agenda.Now);
                    _session.Take(frame.Type, utf8);
                }
            }
            // InvalidOperationException: a JSON string that is not valid text, such as half a surrogate pair.
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                Log.Add(Direction.Sent, "", utf8, _context.Agenda.Now);
                _session.TakeGarbage(binary);
            }
        }
    }

    private void TakeAudio(ReadOnlySpan<byte> base64, ReadOnlySpan<byte> utf8)
    {
        // Logged before processing, so that the log is in causal order.
        Log.AddAppend(utf8, _context.Agenda.Now);
        var bytes = _session.Append(base64);
        _audioBytes += bytes;
        Log.AddAudio(bytes);
        if (_script.Close is { AfterAudioMs: { } ms } close && HeardMs >= ms) End(close);
    }
}
