using System.Text.Json;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Tasks;

namespace RealtimeAkka.Actor.Tests;

public sealed class TasksActorTests : ActorSpec
{
    private readonly TestProbe _turns, _outOfBand, _sinks;

    public TasksActorTests()
    {
        _turns = CreateTestProbe("turns");
        _outOfBand = CreateTestProbe("outofband");
        _sinks = CreateTestProbe("sinks");
    }

    [Fact]
    public void A_task_asks_about_the_turns_its_trigger_names_and_tells_each_result_once()
    {
        var tasks = Start(Task("note", "every 2 turns"));
        Tell(tasks, 1, 2);

        var asked = ExpectAsk();
        Assert.Equal(("note", 2, "item2", "Note it."),
            (asked.Request.Task, asked.Request.Turn.Value, asked.Request.Item.Value, asked.Request.Instructions));
        Assert.Equal(Prompt.Of("Note it.").Hash, asked.Request.PromptHash);
        Answer(asked.Request, "noted");

        var record = _sinks.ExpectMsg<SinkMessages.Write>().Record;
        var task = Assert.IsType<TaskCompleted>(record);
        Assert.Equal(("note", 2, ResultStatus.Completed, "noted", "s-test/note/1"),
            (task.Task, task.Turn, task.Status, task.Text, task.Id));
        Pass(tasks);
        Quiet(_outOfBand, _sinks);
    }

    [Fact]
    public void At_the_end_a_task_that_wants_it_is_done_about_the_last_turn_and_the_session_waits_for_it()
    {
        var tasks = Start(Task("note", "every 2 turns, on-end"), Task("idle", "on-demand"));
        Tell(tasks, 1, 2, 3);
        Answer(ExpectAsk().Request, "two");
        _sinks.ExpectMsg<SinkMessages.Write>();

        _turns.Send(tasks, new TaskMessages.Finish());
        var last = ExpectAsk();
        Assert.Equal(3, last.Request.Turn.Value);
        Pass(tasks);
        Quiet(_turns);
        Answer(last.Request, "three");
        _sinks.ExpectMsg<SinkMessages.Write>();
        _turns.ExpectMsg<TaskMessages.Finished>();
    }

    [Fact]
    public void After_the_end_of_the_tasks_no_failure_is_published_however_often_the_end_is_asked_for()
    {
        var tasks = Start(Task("fragile", "on-end") with { Actor = typeof(FragileActor) }, Task("note"));
        Tell(tasks, 1);
        Answer(ExpectAsk("note").Request, "noted");
        _sinks.ExpectMsg<SinkMessages.Write>();

        _turns.Send(tasks, new TaskMessages.Finish());
        _turns.Send(tasks, new TaskMessages.Finish());
        var last = ExpectAsk("fragile").Request;
        Pass(tasks);
        Quiet(_outOfBand, _turns);
        Answer(last, "done");
        _sinks.ExpectMsg<SinkMessages.Write>();
        _turns.ExpectMsg<TaskMessages.Finished>();

        _outOfBand.Watch(_outOfBand.Sender);
        _outOfBand.Reply(new FragileActor.Break());
        _outOfBand.ExpectTerminated(_outOfBand.Sender);
        Pass(tasks);
        Quiet(_sinks);
        _turns.Send(tasks, new TaskMessages.Finish());
        _turns.ExpectMsg<TaskMessages.Finished>();
        Quiet(_sinks, _outOfBand);
    }

    [Fact]
    public void A_task_is_done_on_demand_about_the_newest_turn()
    {
        var tasks = Start(Task("note", "on-demand"));
        tasks.Tell(new TaskMessages.Demand("note"));
        tasks.Tell(new TaskMessages.Demand("nobody"));
        Tell(tasks, 1, 2);
        tasks.Tell(new TaskMessages.Demand("note"));
        Assert.Equal(2, ExpectAsk().Request.Turn.Value);
        Pass(tasks);
        Quiet(_outOfBand);
    }

    [Fact]
    public void A_task_that_fails_is_replaced_and_the_others_hear_nothing_of_it()
    {
        var tasks = Start(Task("broken") with { Actor = typeof(BrokenActor) }, Task("note"));
        for (var turn = 1; turn <= 4; turn++)
        {
            Tell(tasks, turn);
            Assert.Equal(("note", turn), (ExpectAsk("note").Request.Task, turn));
            if (turn <= 3) Assert.Equal("task_failed", ExpectNotice().Code);
        }
        Pass(tasks);
        Quiet(_sinks, _outOfBand, Parent);
    }

    [Fact]
    public void A_task_that_hangs_holds_up_no_other_is_told_no_more_turns_and_is_named_at_the_end()
    {
        var tasks = Start(new TasksSettings([Task("hanging") with { Actor = typeof(HangingActor) }, Task("note")], TimeSpan.FromSeconds(20))
            { Ahead = 2 });
        HangingActor.Release.Reset();
        try
        {
            for (var turn = 1; turn <= 5; turn++)
            {
                Tell(tasks, turn);
                if (turn == 3) Assert.Equal("task_behind", ExpectNotice().Code);
                var asked = ExpectAsk("note");
                Assert.Equal(turn, asked.Request.Turn.Value);
                Answer(asked.Request, "noted");
                Assert.Equal(turn, Assert.IsType<TaskCompleted>(_sinks.ExpectMsg<SinkMessages.Write>().Record).Turn);
            }

            _turns.Send(tasks, new TaskMessages.Finish());
            Pass(tasks);
            Quiet(_turns);
            Time.Advance(TimeSpan.FromSeconds(20));
            Assert.Equal("task_unfinished", ExpectNotice().Code);
            _turns.ExpectMsg<TaskMessages.Finished>();
        }
        finally
        {
            HangingActor.Release.Set();
        }
    }

    [Fact]
    public void A_task_that_asks_on_and_on_is_stopped_and_told_of()
    {
        var tasks = Start(Task("flooding") with { Actor = typeof(FloodingActor) });
        Tell(tasks, 1);
        Assert.Equal("task_floods", ExpectNotice().Code);
        Pass(tasks);
        var asked = 0;
        while (_outOfBand.HasMessages)
        {
            ExpectAsk();
            asked++;
        }
        Assert.InRange(asked, 1, 32);
    }

    [Fact]
    public void Completed_results_are_delivered_and_failed_ones_are_not()
    {
        RecordingActor.Given.Clear();
        var tasks = Start(Task("note") with { Action = new ActionSettings(null, typeof(RecordingActor), TimeSpan.FromSeconds(5), 0, 4) });
        Tell(tasks, 1, 2);
        Answer(ExpectAsk().Request, null, ResultStatus.Failed);
        Answer(ExpectAsk().Request, "noted");
        _turns.Send(tasks, new TaskMessages.Finish());
        _turns.ExpectMsg<TaskMessages.Finished>();

        var (id, json) = Assert.Single(RecordingActor.Given);
        Assert.Equal("s-test/note/2", id);
        Assert.Equal("noted", json.GetProperty("text").GetString());
    }

    [Fact]
    public void What_the_actor_thinks_of_a_result_is_the_last_word()
    {
        var tasks = Start(Task("strict") with { Actor = typeof(StrictActor) });
        Tell(tasks, 1);
        Answer(ExpectAsk().Request, "fine");
        var task = Assert.IsType<TaskCompleted>(_sinks.ExpectMsg<SinkMessages.Write>().Record);
        Assert.Equal((ResultStatus.Failed, "not good enough", "fine"), (task.Status, task.Error, task.Text));
    }

    [Fact]
    public void An_edited_prompt_holds_from_the_next_turn_on_and_a_broken_one_is_told()
    {
        var prompt = new EditedPrompt { Now = (Prompt.Of("one"), null) };
        var tasks = Start(Task("note") with { Prompt = prompt });
        Tell(tasks, 1);
        Assert.Equal("one", ExpectAsk().Request.Instructions);
        prompt.Now = (Prompt.Of("two"), new Notice(NoticeLevel.Warning, "prompt_broken", "It is."));
        Tell(tasks, 2);
        Assert.Equal("two", ExpectAsk().Request.Instructions);
        Assert.Equal("prompt_broken", ExpectNotice().Code);
    }

    private static TaskSettings Task(string name, string trigger = "every-turn") =>
        new(name, Prompt.Of("Note it."), TaskTrigger.Parse(trigger), new ContextScope.Full(), null, TimeSpan.FromSeconds(30), 1);

    private IActorRef Start(params TaskSettings[] tasks) => Start(new TasksSettings(tasks, TimeSpan.FromSeconds(20)));

    private IActorRef Start(TasksSettings settings)
    {
        var tasks = Play(TasksActor.Props(settings, Given.Facts, Time, _turns, _outOfBand, _sinks));
        _turns.ExpectMsg<TurnMessages.Attach>();
        return tasks;
    }

    private static void Tell(IActorRef tasks, params int[] turns)
    {
        foreach (var turn in turns)
        {
            tasks.Tell(new TurnFacts.Published(new TurnJoined(
                "s-test", turn, Given.Item(turn), "vad", null, null,
                new OutOfBandTranscript(ResultStatus.Completed, "A", null, "full", 1, null, null, 0, null),
                new AsrTranscript(ResultStatus.Completed, "a", "asr", null, null, 0, null), null, [])));
        }
    }

    private OutOfBandMessages.Ask ExpectAsk(string? task = null)
    {
        var asked = _outOfBand.ExpectMsg<OutOfBandMessages.Ask>();
        if (task is not null) Assert.Equal(task, asked.Request.Task);
        return asked;
    }

    private void Answer(OutOfBandRequest request, string? text, ResultStatus status = ResultStatus.Completed) =>
        _outOfBand.Reply(
        new OutOfBandFacts.Answered(
        new OutOfBandResult(request, status, text, null, "full", 1, null, 0.001m, status == ResultStatus.Completed ? null : "x")));

    private Notice ExpectNotice() => Assert.IsType<Notice>(_sinks.ExpectMsg<SinkMessages.Write>(m => m.Record is Notice).Record);

    private sealed class BrokenActor(TaskSettings settings) : TaskActor(settings)
    {
        protected override void Hear(TurnRecord turn) => throw new InvalidOperationException("a fault of somebody's");
    }

    private sealed class FragileActor : TaskActor
    {
        public FragileActor(TaskSettings settings)
            : base(settings) => Receive<Break>(_ => throw new InvalidOperationException("a fault of somebody's"));

        public sealed record Break;
    }

    private sealed class HangingActor(TaskSettings settings) : TaskActor(settings)
    {
        public static readonly ManualResetEventSlim Release = new(true);

        protected override void Hear(TurnRecord turn) => Release.Wait();
    }

    private sealed class FloodingActor(TaskSettings settings) : TaskActor(settings)
    {
        protected override void Hear(TurnRecord turn)
        {
            for (var n = 0; n < 1000; n++) Context.Parent.Tell(new TaskMessages.Ask(Given.Question(1)));
        }
    }

    private sealed class StrictActor(TaskSettings settings) : TaskActor(settings)
    {
        protected override TaskResult Judge(TaskResult result) => result.Fail("not good enough");
    }

    private sealed class RecordingActor : ActionActor
    {
        public static readonly List<(string Id, JsonElement Json)> Given = [];

        protected override string Do(string id, JsonElement input)
        {
            Given.Add((id, input));
            return "";
        }
    }

    private sealed class EditedPrompt : IPromptSource
    {
        public (Prompt, Notice?) Now { get; set; }

        public (Prompt Prompt, Notice? Problem) Read() => Now;
    }
}
