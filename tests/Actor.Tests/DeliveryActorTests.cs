using System.Text.Json;
using RealtimeAkka.Actors.Actions;

namespace RealtimeAkka.Actor.Tests;

public sealed class DeliveryActorTests : ActorSpec
{
    private readonly ScriptedAction _action = new();
    private readonly TestProbe _asker;

    public DeliveryActorTests() => _asker = CreateTestProbe("asker");

    [Fact]
    public void Who_asked_is_told_what_it_came_to_and_the_next_goes_out()
    {
        var queue = Start();
        Deliver(queue, "a", "b");
        _action.Next("a").Keep("done");
        Assert.Equal(new ActionMessages.Done("a", "done", null), _asker.ExpectMsg<ActionMessages.Done>());
        _action.Next("b");
    }

    [Fact]
    public void One_that_hangs_is_cancelled_and_tried_again_under_the_same_id()
    {
        var queue = Start(retries: 1);
        Deliver(queue, "a");
        var hanging = _action.Next("a");
        Time.Advance(TimeSpan.FromSeconds(5));
        Pass(queue);
        Assert.True(_action.Cancelled);
        Time.Advance(TimeSpan.FromSeconds(0.5));
        var second = _action.Next("a");
        hanging.TrySetResult("too late"); // the result of an earlier attempt is ignored
        Pass(queue);
        Quiet(_asker);
        second.Keep("done");
        Assert.Equal("done", _asker.ExpectMsg<ActionMessages.Done>().Output);
    }

    [Fact]
    public void One_that_throws_at_once_is_a_failure_like_any_other()
    {
        _action.Throws = new InvalidOperationException("broken");
        Deliver(Start(), "a");
        Assert.Equal(new ActionMessages.Done("a", null, "broken"), _asker.ExpectMsg<ActionMessages.Done>());
    }

    [Fact]
    public void What_can_never_be_done_is_not_tried_again()
    {
        _action.Throws = new ActionException("refused", permanent: true);
        Deliver(Start(retries: 9), "a");
        Assert.Equal("refused", _asker.ExpectMsg<ActionMessages.Done>().Error);
    }

    [Fact]
    public void A_flush_waits_for_what_is_open()
    {
        var queue = Start();
        Deliver(queue, "a");
        _asker.Send(queue, new ActionMessages.Flush());
        Pass(queue);
        Quiet(_asker);
        _action.Next("a").Keep("done");
        _asker.ExpectMsg<ActionMessages.Done>();
        _asker.ExpectMsg<ActionMessages.Flushed>();
    }

    [Fact]
    public void An_actor_of_this_process_does_it_and_its_fault_is_a_failure()
    {
        var queue = Play(DeliveryActor.Props(new ActionSettings(null, typeof(DoublingActor), TimeSpan.FromSeconds(5), 0, 4), Time));
        _asker.Send(queue, new ActionMessages.Deliver("a", """{"n":21}"""));
        Assert.Equal("42", _asker.ExpectMsg<ActionMessages.Done>().Output);
        _asker.Send(queue, new ActionMessages.Deliver("b", """{"m":1}"""));
        Assert.NotNull(_asker.ExpectMsg<ActionMessages.Done>().Error);
    }

    private IActorRef Start(int retries = 0) =>
        Play(DeliveryActor.Props(new ActionSettings(_action, null, TimeSpan.FromSeconds(5), retries, 4), Time));

    private void Deliver(IActorRef queue, params string[] ids)
    {
        foreach (var id in ids) _asker.Send(queue, new ActionMessages.Deliver(id, "{}"));
    }

    private sealed class DoublingActor : ActionActor
    {
        protected override string Do(string id, JsonElement input) => $"{input.GetProperty("n").GetInt32() * 2}";
    }

    private sealed class ScriptedAction : IAction
    {
        private readonly Calls<(string Id, TaskCompletionSource<string> Promise)> _runs = new("delivery");

        public Exception? Throws { get; set; }

        public bool Cancelled { get; private set; }

        public TaskCompletionSource<string> Next(string id)
        {
            var (given, promise) = _runs.Next();
            Assert.Equal(id, given);
            return promise;
        }

        public Task<string> RunAsync(string id, string json, CancellationToken cancellation)
        {
            if (Throws is { } e) throw e;
            cancellation.Register(() => Cancelled = true);
            var promise = new TaskCompletionSource<string>();
            _runs.Add((id, promise));
            return promise.Task;
        }
    }
}
