using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Wire;

namespace RealtimeAkka.Pure.Tests.Socket;

public class SendLoopTests
{
    private static readonly AppendAudio Audio = new(new byte[2]);
    private static readonly CancelResponse Cancel = new();

    private readonly List<int> _credit = [];

    [Fact]
    public void One_event_is_sent_at_a_time()
    {
        var loop = Loop();
        Add(loop, Audio, Cancel);
        Assert.True(loop.TryTake(out var first));
        Assert.Same(Cancel, first);
        Assert.False(loop.TryTake(out _));
        loop.Sent(first);
        Assert.True(loop.TryTake(out var second));
        Assert.Same(Audio, second);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    [InlineData(10, 5)]
    public void Credit_returns_for_half_a_window_of_audio(int window, int half)
    {
        var loop = Loop(window);
        for (var frame = 1; frame < half; frame++) Send(loop, Audio);
        Send(loop, Cancel);
        Assert.Empty(_credit);
        Send(loop, Audio);
        Assert.Equal([half], _credit);
    }

    [Fact]
    public void After_the_last_audio_credit_returns_at_once_and_for_each_frame()
    {
        var loop = Loop(window: 10);
        Send(loop, Audio);
        Send(loop, Audio);
        loop.ReturnEachFrame();
        loop.ReturnEachFrame();
        Assert.Equal([2], _credit);
        Send(loop, Audio);
        Assert.Equal([2, 1], _credit);
    }

    [Fact]
    public void A_close_follows_the_last_event_and_is_due_once()
    {
        var loop = Loop();
        Assert.False(loop.TryClose());
        Add(loop, Audio, Audio);
        loop.TryTake(out var first);
        loop.Close();
        Assert.True(loop.TryAdd(Cancel)); // dropped
        Assert.False(loop.TryClose());
        loop.Sent(first);
        Assert.False(loop.TryClose());
        Assert.True(loop.TryTake(out var second));
        Assert.Same(Audio, second);
        loop.Sent(second);
        Assert.False(loop.TryTake(out _));
        Assert.True(loop.TryClose());
        Assert.False(loop.TryClose());
        Assert.False(loop.TryTake(out _));
    }

    [Fact]
    public void A_connection_that_sends_nothing_for_too_long_is_stalled()
    {
        var loop = Loop();
        for (var n = 0; n < 256; n++) Assert.True(loop.TryAdd(Cancel));
        Assert.False(loop.TryAdd(Cancel));
        Assert.True(loop.TryAdd(Audio));
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        var loop = new SendLoop(10, _ => { });
        Assert.Equal(0, Allocation.Of(() => Send(loop, Audio)));
    }

    private SendLoop Loop(int window = 4) => new(window, _credit.Add);

    private static void Add(SendLoop loop, params ClientEvent[] events)
    {
        foreach (var e in events) Assert.True(loop.TryAdd(e));
    }

    private static void Send(SendLoop loop, ClientEvent e)
    {
        if (!loop.TryAdd(e) || !loop.TryTake(out var next)) throw new InvalidOperationException("It is not sent.");
        loop.Sent(next);
    }
}
