using System.Threading.Tasks.Sources;
using RealtimeAkka.Actors.Socket;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Wire;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Socket;

public class ReceiveLoopTests
{
    private readonly Line _line = new();
    private readonly List<ReceiveResult> _arrived = [];
    private readonly List<Exception> _failed = [];
    private readonly List<ServerEvent> _usage = [];
    private readonly ReceiveLoop _loop;

    public ReceiveLoopTests() => _loop = new(_arrived.Add, _failed.Add, _usage.Add);

    [Fact]
    public void What_is_there_already_is_returned_at_once()
    {
        var result = _line.Ready(Committed("i"));
        Assert.Same(result, _loop.Next(_line));
        Assert.Empty(_arrived);
    }

    [Fact]
    public void What_comes_later_arrives_and_until_it_is_taken_only_the_one_after_it_is_received()
    {
        Assert.Null(_loop.Next(_line));
        Assert.Null(_loop.Next(_line));
        Assert.Equal(1, _line.Receives);
        var first = _line.Complete(Committed("i"));
        Assert.Same(first, Assert.Single(_arrived));
        Assert.Equal(2, _line.Receives);

        var second = _line.Complete(Committed("j"));
        Assert.Null(_loop.Next(_line));
        Assert.Single(_arrived);
        _loop.Take(first);
        Assert.Same(second, _loop.Next(_line));
        Assert.Equal(2, _line.Receives);

        _loop.Take(second);
        Assert.Null(_loop.Next(_line));
        Assert.Equal(3, _line.Receives);
    }

    [Fact]
    public void What_is_received_ahead_counts_where_receiving_pauses()
    {
        for (var i = 1; i < ReceiveLoop.ReadAhead; i++) _loop.Count();
        Assert.Null(_loop.Next(_line));
        _loop.Take(_line.Complete(Committed("i")));
        _loop.Count();
        Assert.Null(_loop.Next(_line));
        Assert.Equal(1, _line.Receives);
    }

    [Fact]
    public void After_an_end_that_comes_later_nothing_is_received()
    {
        _loop.Next(_line);
        _loop.Take(_line.Complete(new ReceiveResult.End(new ConnectionEnd.Closed(1000, null))));
        Assert.Null(_loop.Next(_line));
        Assert.Equal(1, _line.Receives);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Usage_that_is_received_ahead_is_not_lost_when_the_loop_stops(bool isLate)
    {
        _loop.Next(_line);
        _line.Complete(Committed("i"));
        if (!isLate) _line.Complete(Done("r"));
        _loop.Stop();
        if (isLate) _line.Complete(Done("r"));
        Assert.IsType<ResponseDone>(Assert.Single(_usage));
        Assert.Equal(2, _line.Receives);
    }

    [Fact]
    public void After_the_end_nothing_is_received()
    {
        _line.Ready(new ReceiveResult.End(new ConnectionEnd.Closed(1000, null)));
        _loop.Take(_loop.Next(_line)!);
        Assert.Null(_loop.Next(_line));
        Assert.Equal(1, _line.Receives);
    }

    [Fact]
    public void Frames_that_cannot_be_used_are_followed_by_the_next_one()
    {
        _line.Ready(new ReceiveResult.Skipped(null, "not JSON", 12));
        _loop.Take(_loop.Next(_line)!);
        Assert.NotNull(_loop.Next(_line));
    }

    [Fact]
    public void Receiving_pauses_while_too_many_events_are_unhandled_and_a_mark_follows_each_quarter_of_them()
    {
        _line.Ready(Committed("i"));
        List<long> marks = [];
        Receive(marks);
        Assert.Equal([64, 128, 192, 256], marks);
        Assert.Equal(ReceiveLoop.ReadAhead, _line.Receives);

        _loop.Handled(64);
        Receive(marks);
        Assert.Equal([64, 128, 192, 256, 320], marks);
        Assert.Equal(ReceiveLoop.ReadAhead + 64, _line.Receives);
    }

    [Fact]
    public void A_receive_that_fails_is_reported()
    {
        _loop.Next(_line);
        _line.Fail(new IOException("reset"));
        Assert.Equal("reset", Assert.Single(_failed).Message);
        Assert.Empty(_arrived);
    }

    [Fact]
    public void Usage_that_was_received_last_is_not_lost_when_the_loop_stops()
    {
        _line.Ready(Done("r"));
        _loop.Take(_loop.Next(_line)!);
        _loop.Stop();
        Assert.IsType<ResponseDone>(Assert.Single(_usage));
    }

    [Fact]
    public void Usage_that_arrives_after_the_stop_is_not_lost()
    {
        _loop.Next(_line);
        _loop.Stop();
        Assert.Empty(_usage);
        _line.Complete(Asr("i", "hello"));
        Assert.IsType<AsrCompleted>(Assert.Single(_usage));
    }

    [Fact]
    public void Events_without_usage_are_not_kept_for_the_stop()
    {
        _line.Ready(Committed("i"));
        _loop.Next(_line);
        _loop.Stop();
        Assert.Empty(_usage);
    }

    [Fact]
    public void A_receive_allocates_nothing_of_its_own()
    {
        _line.Ready(new ReceiveResult.Skipped(null, "not JSON", 12));
        Assert.Equal(0, Allocation.Of(() => _loop.Take(_loop.Next(_line)!)));
    }

    private void Receive(List<long> marks)
    {
        while (_loop.Next(_line) is { } result)
        {
            _loop.Take(result);
            if (_loop.Count() is { } mark) marks.Add(mark);
        }
    }

    /// <summary>A connection whose receives complete at once once it is ready, else when the test says so, on the test's thread.</summary>
    private sealed class Line : IRealtimeConnection, IValueTaskSource<ReceiveResult>
    {
        private ManualResetValueTaskSourceCore<ReceiveResult> _pending;
        private ReceiveResult? _ready;

        public int Receives { get; private set; }

        public ReceiveResult Ready(ServerEvent e) => Ready(new ReceiveResult.Event(e));

        public ReceiveResult Ready(ReceiveResult result) => _ready = result;

        public ReceiveResult Complete(ServerEvent e) => Complete(new ReceiveResult.Event(e));

        public ReceiveResult Complete(ReceiveResult result)
        {
            _pending.SetResult(result);
            return result;
        }

        public void Fail(Exception reason) => _pending.SetException(reason);

        public ValueTask<ReceiveResult> ReceiveAsync()
        {
            Receives++;
            if (_ready is { } ready) return new(ready);
            _pending.Reset();
            return new(this, _pending.Version);
        }

        public ReceiveResult GetResult(short token) => _pending.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _pending.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _pending.OnCompleted(continuation, state, token, flags);

        public Task SendAsync(ClientEvent clientEvent) => throw new NotSupportedException();

        public Task CloseAsync() => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
