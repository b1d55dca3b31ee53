namespace Akka.Conformance.Tests;

public class TestKitTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public void A_probe_is_a_reference_that_replies_and_forwards()
    {
        var (a, b) = (CreateTestProbe("a"), CreateTestProbe("b"));
        a.Send(b, "question");
        b.ExpectMsgFrom<string>(a, "question");
        b.Reply("answer");
        a.ExpectMsg("answer");
        a.Forward(TestActor, "onward");
        ExpectMsgFrom<string>(b, "onward");
    }

    [Fact]
    public void An_autopilot_answers_for_its_probe()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"auto {message}", ActorRefs.NoSender);
            return AutoPilot.KeepRunning;
        }));
        probe.Tell("1");
        probe.Tell("2");
        ExpectMsg("auto 1");
        ExpectMsg("auto 2");
        probe.ReceiveN(2);
    }

    [Fact]
    public void A_message_that_is_not_the_expected_one_fails_the_test()
    {
        TestActor.Tell("wrong");
        Assert.ThrowsAny<Exception>(() => ExpectMsg("right"));
        TestActor.Tell(1);
        Assert.ThrowsAny<Exception>(() => ExpectMsg<string>());
        TestActor.Tell("something");
        Assert.ThrowsAny<Exception>(() => ExpectNoMsg(TimeSpan.Zero));
        Assert.ThrowsAny<Exception>(() => ExpectMsg<string>(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Sets_are_expected_in_any_order()
    {
        foreach (var i in new[] { 3, 1, 2 })
            TestActor.Tell(i);
        ExpectMsgAllOf(1, 2, 3);
        TestActor.Tell("b");
        ExpectMsgAnyOf(["a", "b"]);
    }

    [Fact]
    public void Fishing_throws_back_the_rest_and_a_while_ends_where_it_should()
    {
        foreach (var i in new[] { 1, 2, 30, 4, 5, 60 })
            TestActor.Tell(i);
        Assert.Equal(30, FishForMessage<int>(i => i > 10));
        Assert.Equal(["4", "5"], ReceiveWhile<string>(TimeSpan.FromSeconds(1), m => (int)m < 10 ? m.ToString()! : null!));
        ExpectMsg(60);
    }

    [Fact]
    public void Within_limits_everything_inside()
    {
        Within(TimeSpan.FromSeconds(3), () =>
        {
            TestActor.Tell("x");
            ExpectMsg("x");
            Assert.True(Remaining <= TimeSpan.FromSeconds(3));
        });
        Assert.ThrowsAny<Exception>(() => Within(TimeSpan.FromMilliseconds(50), () => ExpectMsg("never")));
    }

    [Fact]
    public async Task Asynchronous_twins_do_the_same()
    {
        TestActor.Tell("a");
        TestActor.Tell("b");
        Assert.Equal("a", await ExpectMsgAsync<string>());
        Assert.Equal("b", await FishForMessageAsync<string>(m => m == "b"));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(10));
        await WithinAsync(TimeSpan.FromSeconds(3), async () =>
        {
            TestActor.Tell("c");
            await ExpectMsgAsync("c");
        });
        Assert.Equal(TestActor, LastSender);
    }

    [Fact]
    public async Task Assertions_and_conditions_are_tried_again()
    {
        var tries = 0;
        AwaitAssert(() => Assert.True(++tries > 2), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
        AwaitCondition(() => ++tries > 5, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
        await AwaitAssertAsync(() => Assert.True(++tries > 7), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
        Assert.ThrowsAny<Exception>(() => AwaitCondition(() => false, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(5)));
    }

    [Fact]
    public void An_event_filter_counts_what_is_logged()
    {
        EventFilter.Warning(contains: "careful").ExpectOne(() => Sys.Log.Warning("be careful"));
        EventFilter.Info(start: "count").Expect(2, () =>
        {
            Sys.Log.Info("count {0}", 1);
            Sys.Log.Info("count {0}", 2);
        });
        EventFilter.DeadLetter<string>(m => m == "nobody").ExpectOne(() => Sys.DeadLetters.Tell("nobody"));
        EventFilter.Custom<Error>(e => e.Cause is InvalidOperationException).ExpectOne(() => Sys.Log.Error(new InvalidOperationException(), "bad"));
        Assert.ThrowsAny<Exception>(() => EventFilter.Error().Expect(1, TimeSpan.FromMilliseconds(20), () => { }));
    }
}
