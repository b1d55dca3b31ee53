using System.Net.WebSockets;
using System.Threading.Channels;

namespace RealtimeAkka.Simulator.Wire;

/// <summary>
/// The one bounded queue of what still has to go out on a connection. It has a single reader, so messages, the close frame
/// and a cut happen in the order in which they were asked for.
/// </summary>
internal sealed class Outgoing(WebSocket socket, UpgradedLine line, TimeProvider time)
{
    private const int Bound = 4096;

    private readonly Channel<Step> _steps = Channel.CreateBounded<Step>(new BoundedChannelOptions(Bound) { SingleReader = true });

    // A message; or the first half of one and then the end; or a close frame; or just the end; or a pause; or silence from now on.
    private readonly record struct Step(
        ReadOnlyMemory<byte> Message, (int Code, string Reason)? Close = null, bool Cut = false, TimeSpan Pause = default, bool Silence = false);

    /// <summary>False where the queue is full: thousands of events wait for a client that reads nothing.</summary>
    public bool Send(byte[] utf8) => _steps.Writer.TryWrite(new Step(utf8));

    public bool Close(int code, string reason) => _steps.Writer.TryWrite(new Step(default, Close: (code, reason)));

    /// <summary>Ends the connection without a close frame, in the middle of a message if there is one.</summary>
    public bool Cut(byte[]? halfOf = null) => _steps.Writer.TryWrite(new Step(halfOf?.AsMemory(..(halfOf.Length / 2)) ?? default, Cut: true));

    /// <summary>Nothing leaves for a while.</summary>
    public bool Stall(TimeSpan pause) => _steps.Writer.TryWrite(new Step(default, Pause: pause));

    /// <summary>Nothing leaves and nothing is read any more, and the line stays open.</summary>
    public bool FallSilent() => _steps.Writer.TryWrite(new Step(default, Silence: true));

    /// <summary>Nothing more will come.</summary>
    public void Complete() => _steps.Writer.TryComplete();

    /// <summary>Sends until the queue is complete; <paramref name="closed"/> is called once the close frame is out or the line is cut.</summary>
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
