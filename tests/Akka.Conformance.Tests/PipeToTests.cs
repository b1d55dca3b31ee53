namespace Akka.Conformance.Tests;

public class PipeToTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public async Task A_result_arrives_as_a_message_without_sender()
    {
        await Task.FromResult("result").PipeTo(TestActor);
        await ExpectMsgAsync("result");
        Assert.Equal(Sys.DeadLetters, LastSender);
    }

    [Fact]
    public async Task A_given_sender_is_the_sender()
    {
        var probe = CreateTestProbe();
        await Task.FromResult(1).PipeTo(TestActor, sender: probe.Ref);
        await ExpectMsgFromAsync<int>(probe.Ref, 1);
    }

    [Fact]
    public async Task A_fault_arrives_as_Status_Failure_and_the_piping_itself_does_not_fault()
    {
        await Task.FromException<string>(new InvalidOperationException("no")).PipeTo(TestActor);
        await ExpectMsgAsync<Status.Failure>(f => Assert.Equal("no", Assert.IsType<InvalidOperationException>(f.Cause).Message));
    }

    [Fact]
    public async Task A_cancellation_arrives_as_Status_Failure()
    {
        await Task.FromCanceled<string>(new CancellationToken(true)).PipeTo(TestActor);
        await ExpectMsgAsync<Status.Failure>(f => Assert.IsType<TaskCanceledException>(f.Cause));
    }

    [Fact]
    public async Task A_null_result_arrives_as_Status_Failure()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => TestActor.Tell(m))));
        await actor.Ask<ActorIdentity>(new Identify(0)); // an actor that has not started yet takes null in silence
        await Task.FromResult<string>(null!).PipeTo(actor);
        await ExpectMsgAsync<Status.Failure>(f => Assert.IsType<ArgumentNullException>(f.Cause));
    }

    [Fact]
    public async Task Functions_shape_what_arrives()
    {
        await Task.FromResult(1).PipeTo(TestActor, success: i => $"got {i}");
        await Task.FromException<int>(new InvalidOperationException("no")).PipeTo(TestActor, failure: e => $"failed {e.Message}");
        await ExpectMsgAsync("got 1");
        await ExpectMsgAsync("failed no");
    }

    [Fact]
    public async Task A_task_without_result_says_nothing_unless_told_what()
    {
        await Task.CompletedTask.PipeTo(TestActor);
        await Task.CompletedTask.PipeTo(TestActor, success: () => "done");
        await new ValueTask().PipeTo(TestActor, success: () => "value done");
        await new ValueTask<int>(3).PipeTo(TestActor);
        await ExpectMsgAsync("done");
        await ExpectMsgAsync("value done");
        await ExpectMsgAsync(3);
    }
}
