namespace Akka.Conformance.Tests;

public class BoundedMailboxTests() : TestKit.Xunit2.TestKit("""
    small {
      mailbox-type = "Akka.Dispatch.BoundedMailbox"
      mailbox-capacity = 2
      mailbox-push-timeout-time = 0s
    }
    akka.actor.deployment./deployed.mailbox = small
    """)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_full_mailbox_cannot_take_is_a_dead_letter_and_the_message_in_work_does_not_count(bool byProps)
    {
        var deadLetters = CreateTestProbe();
        Sys.EventStream.Subscribe(deadLetters, typeof(DeadLetter));
        var gate = new TaskCompletionSource();
        var props = Scripted.Props(a =>
        {
            a.OnAsync<TaskCompletionSource>(g =>
            {
                TestActor.Tell("entered");
                return g.Task;
            });
            a.On<int>(m => TestActor.Tell(m));
        });
        var actor = byProps ? Sys.ActorOf(props.WithMailbox("small")) : Sys.ActorOf(props, "deployed");
        actor.Tell(gate);
        await ExpectMsgAsync("entered");
        for (var i = 1; i <= 4; i++)
            actor.Tell(i);
        await deadLetters.ExpectMsgAsync<DeadLetter>(d => d.Message is 3);
        await deadLetters.ExpectMsgAsync<DeadLetter>(d => d.Message is 4);
        gate.SetResult();
        await ExpectMsgAsync(1);
        await ExpectMsgAsync(2);
        actor.Tell(5);
        await ExpectMsgAsync(5);
    }

    [Fact]
    public void A_stash_needs_a_mailbox_with_a_front() =>
        Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new StashTests.Opener()).WithMailbox("small")));
}
