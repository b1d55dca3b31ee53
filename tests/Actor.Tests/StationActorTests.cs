using RealtimeAkka.Actors.Stations;

namespace RealtimeAkka.Actor.Tests;

/// <summary>A station handles a message completely or not at all, and retries it once after a failure.</summary>
public sealed class StationActorTests : ActorSpec
{
    private readonly List<Exception> _failures = [];
    private readonly IActorRef _station;

    public StationActorTests() => _station = Sys.ActorOf(Props.Create(() => new Supervisor(Parent.Ref, _failures)), "supervisor");

    [Fact]
    public void A_message_that_fails_changes_nothing_sends_nothing_and_is_handled_once_more_before_all_others()
    {
        Send(new Add(1), new Add(2, Failures: 1), new Add(3));

        Assert.Equal(["1", "3", "6"], Parent.ReceiveN(3).Cast<string>());
        Assert.IsType<InvalidOperationException>(Assert.Single(_failures));
    }

    [Fact]
    public void What_fails_twice_is_given_up_by_name_and_the_station_goes_on()
    {
        Send(new Add(1), new Add(2, Failures: 2), new Add(3));

        Assert.Equal(["1", "given up 2", "4"], Parent.ReceiveN(3).Cast<string>());
        Assert.True(_failures[1] is GivenUpException { GivenUp: "Add", IsRecoverable: true });
    }

    [Fact]
    public void The_second_attempt_has_the_sender_of_the_first()
    {
        Parent.Send(_station, new Answer(Failures: 1));

        Parent.ExpectMsg("answered");
    }

    [Fact]
    public void A_timer_that_fails_rings_once_more()
    {
        Send(new Alarm(Failures: 1));
        PassStation();
        Time.AdvanceMs(10);

        Parent.ExpectMsg("alarm");
        Time.AdvanceMs(10);
        PassStation();
        Quiet(Parent);
    }

    [Fact]
    public void The_news_that_a_child_has_stopped_comes_once_more()
    {
        Send(new Spawn("child"));
        var child = Parent.ExpectMsg<IActorRef>();
        Send(new FailNext());
        PassStation();

        child.Tell(PoisonPill.Instance);

        Parent.ExpectMsg("child stopped");
    }

    [Fact]
    public void A_child_that_a_failed_attempt_created_is_used_by_the_next()
    {
        Send(new Spawn("child", Failures: 1));

        Assert.Equal("child", Parent.ExpectMsg<IActorRef>().Path.Name);
        Assert.Single(_failures);
    }

    [Fact]
    public void A_behaviour_of_a_failed_attempt_is_not_taken()
    {
        Send(new Sleep(Failures: 2), new Add(1), new Sleep(), new Add(2));

        Assert.Equal(["1", "asleep"], Parent.ReceiveN(2).Cast<string>());
    }

    [Fact]
    public void A_task_starts_once_after_its_message_was_handled()
    {
        Send(new Work(Failures: 1));

        Parent.ExpectMsg("started 1");
        Parent.ExpectMsg("ended 1");
        PassStation();
        Quiet(Parent);
    }

    [Fact]
    public void What_was_committed_of_a_message_is_not_done_again_and_the_rest_is()
    {
        Send(new Count(3, FailsAt: 2), new Add(10));

        Assert.Equal(["1", "2", "3", "13"], Parent.ReceiveN(4).Cast<string>());
        Assert.Single(_failures);
    }

    [Fact]
    public void A_child_that_escalates_is_resumed_with_its_parent()
    {
        Send(new Spawn("child"));
        var child = Parent.ExpectMsg<IActorRef>();

        child.Tell("fail");
        child.Tell("go on");
        Send(new Add(1));

        Assert.Equal(["1", "went on"], Parent.ReceiveN(2).Cast<string>().Order());
        Assert.Single(_failures);
    }

    // The supervisor first: it has then forwarded all that was sent to it.
    private void PassStation()
    {
        Pass(_station);
        Pass("/user/supervisor/station");
    }

    private void Send(params object[] messages)
    {
        foreach (var message in messages) _station.Tell(message);
    }

    private abstract record Failing
    {
        private int _left = -1;

        /// <summary>Makes the next <paramref name="times"/> calls throw.</summary>
        protected void Fail(int times)
        {
            if (_left < 0) _left = times;
            if (_left-- > 0) throw new InvalidOperationException("a fault of ours");
        }

        public abstract void Fail();
    }

    private sealed record Add(int Number, int Failures = 0) : Failing { public override void Fail() => Fail(Failures); }

    private sealed record Answer(int Failures) : Failing { public override void Fail() => Fail(Failures); }

    private sealed record Alarm(int Failures) : Failing { public override void Fail() => Fail(Failures); }

    private sealed record Spawn(string Name, int Failures = 0) : Failing { public override void Fail() => Fail(Failures); }

    private sealed record Sleep(int Failures = 0) : Failing { public override void Fail() => Fail(Failures); }

    private sealed record Work(int Failures) : Failing { public override void Fail() => Fail(Failures); }

    private sealed record Count(int To, int FailsAt);

    private sealed record FailNext;

    // Supervises its station like SessionActor.
    private sealed class Supervisor : ReceiveActor
    {
        private readonly List<Exception> _failures;

        public Supervisor(IActorRef probe, List<Exception> failures)
        {
            _failures = failures;
            var station = Context.ActorOf(Props.Create(() => new Station(probe)), "station");
            ReceiveAny(station.Forward);
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
        {
            _failures.Add(e);
            return Directive.Resume;
        });
    }

    private sealed class Station : StationActor, IWithTimers
    {
        private readonly IActorRef _probe;
        private (int Sum, int Counted) _state, _checkpoint;
        private Failing? _failing;
        private Count? _count;
        private int _starts;
        private bool _fails;

        public Station(IActorRef probe)
        {
            _probe = probe;
            Receive<Add>(m =>
            {
                _state.Sum += m.Number;
                Tell(probe, $"{_state.Sum}");
                m.Fail();
            });
            Receive<Answer>(m =>
            {
                Tell(Sender, "answered");
                m.Fail();
            });
            Receive<Alarm>(m =>
            {
                _failing = m;
                Timers.StartSingleTimer("alarm", "alarm", TimeSpan.FromMilliseconds(10));
            });
            Receive<string>(m =>
            {
                Tell(probe, m);
                _failing!.Fail();
            });
            Receive<Spawn>(m =>
            {
                Tell(probe, Context.Watch(ChildOf(Props.Create(() => new Child(probe)), m.Name)));
                m.Fail();
            });
            Receive<FailNext>(_ => _fails = true);
            Receive<Terminated>(_ =>
            {
                Tell(probe, "child stopped");
                var fails = _fails;
                _fails = false;
                if (fails) throw new InvalidOperationException("a fault of ours");
            });
            Receive<Sleep>(m =>
            {
                Become(() => ReceiveAny(_ => Tell(probe, "asleep")));
                m.Fail();
            });
            Receive<Work>(m =>
            {
                Start("work", () => Task.FromResult(probe.Ask($"started {++_starts}", TimeSpan.FromMilliseconds(1))));
                m.Fail();
            });
            Receive<Ended>(m => Tell(probe, $"ended {_starts}"));
            Receive<Count>(m =>
            {
                _count = m;
                CountOn();
            });
            Receive<Continue>(_ => CountOn());
            void CountOn()
            {
                while (_state.Counted < _count!.To)
                {
                    _state = (_state.Sum + 1, _state.Counted + 1);
                    Tell(probe, $"{_state.Sum}");
                    if (_state.Counted == _count.FailsAt && !_fails)
                    {
                        _fails = true;
                        throw new InvalidOperationException("a fault of ours");
                    }
                    Commit();
                }
            }
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void Checkpoint() => _checkpoint = _state;

        protected override void Rollback() => _state = _checkpoint;

        protected override bool GiveUp(object message)
        {
            if (message is Add add) Tell(_probe, $"given up {add.Number}");
            return message is Add;
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Escalate);
    }

    private sealed class Child : ReceiveActor
    {
        public Child(IActorRef probe) => Receive<string>(m =>
        {
            if (m == "fail") throw new InvalidOperationException("a fault of ours");
            probe.Tell("went on");
        });
    }
}
