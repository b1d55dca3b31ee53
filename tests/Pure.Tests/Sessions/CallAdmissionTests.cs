using RealtimeAkka.Actors.Sessions;
using RealtimeAkka.Protocol;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Sessions;

public class CallAdmissionTests
{
    [Fact]
    public void As_many_calls_are_admitted_as_may_be_at_once_and_a_place_is_free_when_one_leaves()
    {
        var calls = Admit(Admit(new CallAdmission(new CallLimits(2, 10)), "s-1"), "s-2");
        Assert.False(calls.IsOpen);

        (calls, var refusal) = calls.Admit(Id("s-3"), Seconds(1));
        Assert.Equal(CallRefusal.Full, refusal);

        Assert.Null(calls.Leave(Id("s-1")).Admit(Id("s-3"), Seconds(1)).Refusal);
    }

    [Fact]
    public void Starts_are_limited_to_so_many_at_once_and_per_second()
    {
        var calls = new CallAdmission(new CallLimits(100, 3));
        for (var i = 0; i < 3; i++) calls = Admit(calls, $"s-{i}");

        (calls, var refusal) = calls.Admit(Id("s-3"), Seconds(0.1));
        Assert.Equal((CallRefusal.TooFast, true), (refusal, calls.IsOpen));
        (calls, refusal) = calls.Admit(Id("s-3"), Seconds(0.3));
        Assert.Equal(CallRefusal.TooFast, refusal);
        (calls, refusal) = calls.Admit(Id("s-3"), Seconds(0.4));
        Assert.Null(refusal);
        Assert.Equal(CallRefusal.TooFast, calls.Admit(Id("s-4"), Seconds(0.4)).Refusal);
        Assert.Equal(CallRefusal.TooFast, calls.Admit(Id("s-4"), Seconds(0.3)).Refusal); // a clock that goes back gives nothing
    }

    [Fact]
    public void A_refused_call_takes_no_place_and_no_start()
    {
        var calls = Admit(new CallAdmission(new CallLimits(1, 2)), "s-1");
        for (var i = 0; i < 5; i++) calls = calls.Admit(Id("s-2"), Seconds(0)).Next;

        Assert.Null(calls.Leave(Id("s-1")).Admit(Id("s-2"), Seconds(0)).Refusal);
    }

    [Fact]
    public void The_same_id_is_admitted_once() =>
        Assert.Equal(CallRefusal.Exists, Admit(new CallAdmission(CallLimits.None), "s-1").Admit(Id("s-1"), Seconds(0)).Refusal);

    [Fact]
    public void A_process_that_is_about_to_end_admits_none_and_is_drained_when_the_last_has_left()
    {
        var calls = Admit(new CallAdmission(CallLimits.None), "s-1").Drain();

        Assert.Equal((false, false), (calls.IsOpen, calls.IsDrained));
        Assert.Equal(CallRefusal.Draining, calls.Admit(Id("s-2"), Seconds(9)).Refusal);
        Assert.True(calls.Leave(Id("s-1")).Leave(Id("s-1")).IsDrained);
    }

    [Fact]
    public void Without_limits_any_number_is_admitted()
    {
        var calls = new CallAdmission(CallLimits.None);
        for (var i = 0; i < 2000; i++) calls = Admit(calls, $"s-{i}");

        Assert.True(calls.IsOpen);
    }

    private static CallAdmission Admit(CallAdmission calls, string id)
    {
        var (next, refusal) = calls.Admit(Id(id), Seconds(0));
        Assert.Null(refusal);
        return next;
    }

    private static SessionId Id(string id) => new(id);
}
