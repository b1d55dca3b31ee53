namespace Akka.Conformance.Tests;

public class MessagingTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_they_were_sent()
    {
        var forwarder = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => TestActor.Tell(m))));
        for (var i = 0; i < 1000; i++)
            forwarder.Tell(i);
        Assert.Equal(Enumerable.Range(0, 1000).Cast<object>(), ReceiveN(1000));
    }

    [Fact]
    public async Task An_actor_takes_one_message_at_a_time_however_many_send()
    {
        var inside = 0;
        var overlaps = 0;
        var counter = Sys.ActorOf(Scripted.Props(a =>
        {
            var count = 0;
            a.OnAny(m =>
            {
                if (Interlocked.Increment(ref inside) != 1)
                    overlaps++;
                count++;
                Interlocked.Decrement(ref inside);
                if (m is "report")
                    a.Sender.Tell(count);
            });
        }));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                counter.Tell("tick", ActorRefs.NoSender);
        })));
        Assert.Equal(80_001, await counter.Ask<int>("report", TimeSpan.FromSeconds(10)));
        Assert.Equal(0, overlaps);
    }

    [Fact]
    public void The_test_is_the_sender_of_what_it_tells()
    {
        var echo = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => a.Sender.Tell(m))));
        echo.Tell("hello");
        ExpectMsgFrom<string>(echo, "hello");
    }

    [Fact]
    public void Without_a_sender_the_sender_is_the_dead_letters()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(_ => TestActor.Tell(a.Sender))));
        actor.Tell("hello", ActorRefs.NoSender);
        ExpectMsg<IActorRef>(s => s.Equals(Sys.DeadLetters));
    }

    [Fact]
    public void Forward_keeps_the_first_sender()
    {
        var last = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => a.Sender.Tell(m))));
        var middle = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => last.Forward(m))));
        middle.Tell("hello");
        ExpectMsgFrom<string>(last, "hello");
    }

    [Fact]
    public async Task Null_is_no_message()
    {
        var actor = Sys.ActorOf(Scripted.Props(_ => { }));
        await actor.Ask<ActorIdentity>(new Identify(0));
        Assert.Throws<ArgumentNullException>(() => actor.Tell(null!));
    }

    [Fact]
    public void A_message_without_handler_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Scripted.Props(a => a.On<int>(_ => { })));
        actor.Tell("text");
        ExpectMsg<UnhandledMessage>(m => m.Message is "text" && m.Recipient.Equals(actor) && m.Sender.Equals(TestActor));
    }

    [Fact]
    public void The_first_handler_that_fits_takes_the_message_and_a_predicate_that_says_no_lets_it_fall_through()
    {
        var actor = Sys.ActorOf(Props.Create(() => new FirstFit()));
        actor.Tell(1);
        actor.Tell(-1);
        actor.Tell("text");
        ExpectMsg("positive");
        ExpectMsg("comparable");
        ExpectMsg("comparable");
    }

    [Fact]
    public void Become_replaces_and_unbecome_pops_but_never_the_last()
    {
        var actor = Sys.ActorOf(Scripted.Props(a =>
        {
            a.On<string>(m =>
            {
                a.Sender.Tell($"first {m}");
                a.BecomeStacked(() => a.On<string>(n =>
                {
                    a.Sender.Tell($"second {n}");
                    a.Unbecome();
                    a.Unbecome();
                }));
            });
        }));
        foreach (var m in new[] { "a", "b", "c" })
            actor.Tell(m);
        ExpectMsg("first a");
        ExpectMsg("second b");
        ExpectMsg("first c");
    }

    [Fact]
    public async Task PoisonPill_waits_its_turn_behind_queued_messages()
    {
        var gate = new TaskCompletionSource();
        var actor = Sys.ActorOf(Scripted.Props(a =>
        {
            a.OnAsync<TaskCompletionSource>(g => g.Task);
            a.On<int>(m => TestActor.Tell(m));
        }));
        await WatchAsync(actor);
        actor.Tell(gate);
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(PoisonPill.Instance);
        actor.Tell(3);
        gate.SetResult();
        await ExpectMsgAsync(1);
        await ExpectMsgAsync(2);
        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public void Stop_overtakes_queued_messages_which_become_dead_letters()
    {
        var deadLetters = CreateTestProbe();
        Sys.EventStream.Subscribe(deadLetters, typeof(DeadLetter));
        using var gate = new ManualResetEventSlim();
        var actor = Sys.ActorOf(Scripted.Props(a =>
        {
            a.On<ManualResetEventSlim>(g =>
            {
                TestActor.Tell("entered");
                g.Wait(TimeSpan.FromSeconds(5));
                a.Context.Stop(a.Self);
            });
            a.On<int>(m => TestActor.Tell(m));
        }));
        Watch(actor);
        actor.Tell(gate);
        ExpectMsg("entered");
        actor.Tell(1);
        actor.Tell(2);
        gate.Set();
        ExpectTerminated(actor);
        Assert.Equal([1, 2], deadLetters.ReceiveN(2).Cast<DeadLetter>().Select(d => d.Message));
    }

    [Fact]
    public void A_message_to_a_stopped_actor_is_a_dead_letter_with_sender_and_recipient()
    {
        var actor = Stopped();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("late");
        ExpectMsg<DeadLetter>(d => d.Message is "late" && d.Sender.Equals(TestActor) && d.Recipient.Equals(actor));
    }

    [Fact]
    public void A_second_PoisonPill_is_a_suppressed_dead_letter()
    {
        var actor = Stopped();
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        actor.Tell(PoisonPill.Instance);
        ExpectMsg<SuppressedDeadLetter>(d => d.Message is PoisonPill);
    }

    [Fact]
    public void The_living_and_the_dead_answer_Identify()
    {
        var living = Sys.ActorOf(Scripted.Props(_ => { }));
        living.Tell(new Identify(1));
        ExpectMsg<ActorIdentity>(i => i.MessageId is 1 && living.Equals(i.Subject));
        Stopped().Tell(new Identify(2));
        ExpectMsg<ActorIdentity>(i => i.MessageId is 2 && i.Subject is null);
    }

    [Fact]
    public async Task A_selection_finds_an_actor_by_its_path_and_says_when_there_is_none()
    {
        var actor = Sys.ActorOf(Scripted.Props(a => a.OnAny(m => a.Sender.Tell(m))), "known");
        Assert.Equal(actor, await Sys.ActorSelection("/user/known").ResolveOne(TimeSpan.FromSeconds(3)));
        Assert.Equal(actor, await Sys.ActorSelection($"akka://{Sys.Name}/user/k*").ResolveOne(TimeSpan.FromSeconds(3)));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/unknown").ResolveOne(TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public void A_name_is_given_once_and_must_be_well_formed()
    {
        var actor = Sys.ActorOf(Scripted.Props(_ => { }), "taken");
        Assert.Equal($"akka://{Sys.Name}/user/taken", actor.Path.ToString());
        foreach (var name in new[] { "taken", "$own", "", "a/b", "ä" })
            Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(Scripted.Props(_ => { }), name));
        Assert.StartsWith("$", Sys.ActorOf(Scripted.Props(_ => { })).Path.Name);
    }

    [Fact]
    public void References_are_equal_by_path_and_incarnation_and_paths_by_name_only()
    {
        var first = Sys.ActorOf(Parent.Props(SupervisorStrategy.DefaultStrategy), "parent");
        first.Tell((Scripted.Props(_ => { }), "child"));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        Sys.Stop(child);
        ExpectTerminated(child);
        IActorRef? again = null;
        AwaitAssert(() =>
        {
            first.Tell((Scripted.Props(_ => { }), "child"));
            again = ExpectMsg<IActorRef>(TimeSpan.FromMilliseconds(500));
        });
        Assert.Equal(child.Path, again!.Path);
        Assert.NotEqual(child, again);
        Assert.NotEqual(child.Path.Uid, again.Path.Uid);
    }

    [Fact]
    public void A_catch_all_must_come_last_or_the_actor_does_not_start()
    {
        EventFilter.Exception<InvalidOperationException>().Mute(() =>
        {
            var actor = Sys.ActorOf(Scripted.Props(a =>
            {
                a.OnAny(_ => { });
                a.On<int>(_ => { });
            }));
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new()
    {
        Exception? thrown = null;
        var outsideOfAnyActor = new Thread(() => thrown = Record.Exception(() => new FirstFit()));
        outsideOfAnyActor.Start();
        outsideOfAnyActor.Join();
        Assert.IsType<ActorInitializationException>(thrown);
    }

    private IActorRef Stopped()
    {
        var actor = Sys.ActorOf(Scripted.Props(_ => { }));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        return actor;
    }

    private sealed class FirstFit : ReceiveActor
    {
        public FirstFit()
        {
            Receive<int>(_ => Sender.Tell("positive"), i => i > 0);
            Receive<IComparable>(_ => Sender.Tell("comparable"));
            ReceiveAny(_ => Sender.Tell("any"));
        }
    }
}
