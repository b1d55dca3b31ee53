namespace Akka.Conformance.Tests;

public class AsyncTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public async Task Sender_and_self_are_right_after_an_await()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAsync<string>(async m =>
        {
            var (self, sender) = (a.Self, a.Sender);
            await Task.Yield();
            a.Sender.Tell(m + (self.Equals(a.Self) && sender.Equals(a.Sender)), a.Self);
            await Task.Delay(1);
            a.Sender.Tell(m + a.Context.Self.Equals(self));
        })));
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        first.Send(actor, "a");
        second.Send(actor, "b");
        await first.ExpectMsgAsync("aTrue");
        await first.ExpectMsgAsync("aTrue");
        await second.ExpectMsgFromAsync(actor, "bTrue");
        await second.ExpectMsgAsync("bTrue");
    }

    [Fact]
    public async Task Nothing_comes_in_between_while_a_handler_waits()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Scripted.Props(a =>
        {
            a.OnAsync<TaskCompletionSource>(async g =>
            {
                TestActor.Tell("before");
                await g.Task;
                TestActor.Tell("after");
            });
            a.On<int>(m => TestActor.Tell(m));
        }));
        actor.Tell(gate);
        actor.Tell(1);
        await ExpectMsgAsync("before");
        gate.SetResult();
        await ExpectMsgAsync("after");
        await ExpectMsgAsync(1);
    }

    [Fact]
    public async Task An_exception_after_an_await_restarts_the_actor_with_the_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new FailsLater(TestActor)));
        await EventFilter.Exception<InvalidOperationException>("later").ExpectOneAsync(() =>
        {
            actor.Tell("fail");
            return Task.CompletedTask;
        });
        await ExpectMsgAsync("restarted for fail");
        actor.Tell("again");
        await ExpectMsgAsync("restarted for again");
    }

    [Fact]
    public async Task A_stop_during_an_await_runs_PostStop_at_once_and_the_rest_of_the_handler_never()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new WaitsForEver(TestActor, gate.Task)));
        await WatchAsync(actor);
        actor.Tell("wait");
        await ExpectMsgAsync("waiting");
        Sys.Stop(actor);
        await ExpectMsgAsync("PostStop");
        await ExpectTerminatedAsync(actor);
        gate.SetResult();
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task On_any_other_thread_there_is_no_context()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAsync<string>(async _ =>
        {
            await new AnotherThread();
            a.Sender.Tell("never");
        })));
        await EventFilter.Exception<NotSupportedException>().ExpectOneAsync(() =>
        {
            actor.Tell("x");
            return Task.CompletedTask;
        });
    }

    /// <summary>Where ConfigureAwait(false) may lead; a new thread, since the ambient actor of a test stays with the threads of the pool.</summary>
    private sealed class AnotherThread : System.Runtime.CompilerServices.INotifyCompletion
    {
        public bool IsCompleted => false;
        public AnotherThread GetAwaiter() => this;
        public void OnCompleted(Action continuation) => new Thread(() => continuation()).Start();
        public void GetResult() { }
    }

    private sealed class FailsLater : ReceiveActor
    {
        private readonly IActorRef _probe;

        public FailsLater(IActorRef probe)
        {
            _probe = probe;
            ReceiveAsync<string>(async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            });
        }

        protected override void PreRestart(Exception reason, object? message) => _probe.Tell($"restarted for {message}");
    }

    private sealed class WaitsForEver : ReceiveActor
    {
        private readonly IActorRef _probe;

        public WaitsForEver(IActorRef probe, Task gate)
        {
            _probe = probe;
            ReceiveAsync<string>(async _ =>
            {
                try
                {
                    probe.Tell("waiting");
                    await gate;
                    probe.Tell("went on");
                }
                finally
                {
                    probe.Tell("finally");
                }
            });
        }

        protected override void PostStop() => _probe.Tell("PostStop");
    }
}
