using System.Net.WebSockets;
using System.Threading.Channels;

namespace RealtimeAkka.Simulator.Wire;

/// <summary>
/// The bounded send queue of a connection. It has a single reader, so messages, the close frame
/// and a cut take effect in the order of the calls.
/// </summary>
internal sealed class Outgoing(WebSocket socket, UpgradedConnection line, TimeProvider time)
{
    private const int Bound = 4096;

    private readonly Channel<Step> _steps = Channel.CreateBounded<Step>(new BoundedChannelOptions(Bound) { SingleReader = true });

    // One of: a message; half a message, then the end; a close frame; the end; a pause; permanent silence.
    private readonly record struct Step(
        ReadOnlyMemory<byte> Message, (int Code, string Reason)? Close = null, bool Cut = false, TimeSpan Pause = default,
        bool Silence = false);

    /// <summary>False when the queue is full: thousands of events wait for a client that does not read.</summary>
    public bool Send(byte[] utf8) => _steps.Writer.TryWrite(new Step(utf8));

    public bool Close(int code, string reason) => _steps.Writer.TryWrite(new Step(default, Close: (code, reason)));

    /// <summary>Ends the connection without a close frame, after half of <paramref name="halfOf"/> if given.</summary>
    public bool Cut(byte[]? halfOf = null) =>
        _steps.Writer.TryWrite(new Step(halfOf?.AsMemory(..(halfOf.Length / 2)) ?? default, Cut: true));

    /// <summary>Sends nothing for the duration of <paramref name="pause"/>.</summary>
    public bool Stall(TimeSpan pause) => _steps.Writer.TryWrite(new Step(default, Pause: pause));

    /// <summary>Stops reading and sending for good; the socket stays open.</summary>
    public bool FallSilent() => _steps.Writer.TryWrite(new Step(default, Silence: true));

    /// <summary>Accepts no further messages.</summary>
    public void Complete() => _steps.Writer.TryComplete();

    /// <summary>Sends until the queue is complete; calls <paramref name="closed"/> after the close frame or the cut.</summary>
    public async Task RunAsync(Action closed, CancellationToken stop)
    {
        await foreach (var step in _steps.Reader.ReadAllAsync(stop))
        {
            if (!step.Message.IsEmpty) await socket.SendAsync(step.Message, WebSocketMessageType.Text, endOfMessage: !step.Cut, stop);
            if (step.Pause > TimeSpan.Zero) await Task.Delay(step.Pause, time, stop);
            if (step.Silence) line.FallSilent();
            if (step.Cut) line.HangUp();
            if (step.Close is { } close) await socket.CloseOutputAsync((WebSocketCloseStatus)close.Code, close.Reason, stop);
            if (step.Cut || step.Close is not null) closed();
        }
    }
}
