using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Actors.Prompts;
using RealtimeAkka.Actors.Tasks;
using RealtimeAkka.Protocol;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;
using static RealtimeAkka.TestSupport.Say;

namespace RealtimeAkka.Pure.Tests.Tasks;

public class TaskSlotsTests
{
    [Fact]
    public void A_task_is_found_by_its_name_and_by_its_actor()
    {
        var slots = Slots(Task("one"), Task("two"));
        Assert.Equal("two", slots.Find("two")?.Task.Name);
        Assert.Null(slots.Find("three"));
        Assert.Equal("two", slots.RunBy("task-two-1")?.Task.Name);
        Assert.Null(slots.RunBy("task-two-2"));
    }

    [Fact]
    public void The_actor_of_a_failed_attempt_runs_nothing_any_more()
    {
        var slots = Slots(Task("one"));
        slots = Failed(slots, "one");
        Assert.Null(slots.RunBy("task-one-1"));
        Assert.Equal("one", slots.RunBy("task-one-2")?.Task.Name);
    }

    [Fact]
    public void Nothing_is_open_when_each_task_has_finished_and_its_results_are_delivered_or_it_is_off()
    {
        var slots = Slots(Task("plain"), Task("delivered", delivers: true), Task("off"));
        slots = Finished(slots, "plain");
        slots = Failed(Failed(slots, "off"), "off");
        slots = Failed(slots, "off");
        Assert.False(slots.IsSettled);
        Assert.False(slots.Flushed("deliver-delivered").IsSettled);
        slots = Finished(slots, "delivered");
        Assert.False(slots.IsSettled);
        Assert.False(slots.Flushed("deliver-plain").IsSettled);
        Assert.True(slots.Flushed("deliver-delivered").IsSettled);
    }

    [Fact]
    public void Results_are_delivered_until_all_are_flushed_and_only_where_it_is_configured()
    {
        var slots = Slots(Task("plain"), Task("delivered", delivers: true));
        Assert.Null(slots.DeliveredBy("deliver-plain"));
        Assert.Equal("delivered", slots.DeliveredBy("deliver-delivered")?.Task.Name);
        Assert.Null(slots.Flushed("deliver-delivered").DeliveredBy("deliver-delivered"));
    }

    [Fact]
    public void What_is_open_at_the_end_is_named()
    {
        var slots = Finished(Slots(Task("hanging"), Task("undelivered", delivers: true), Task("done"), Task("off")), "undelivered");
        slots = Finished(slots, "done");
        for (var n = 0; n < 3; n++) slots = Failed(slots, "off");
        Assert.Equal(
            [
                ("task_unfinished", "Task hanging did not finish within 20 s of the end."),
                ("action_unfinished", "Results of task undelivered were not all delivered when the session ended."),
            ],
            slots.Unfinished(Seconds(20)).Select(notice => (notice.Code, notice.Message)));
    }

    [Fact]
    public void Results_are_numbered_through_all_tasks_and_one_that_nobody_asked_for_is_none()
    {
        var slots = Slots(Task("one"), Task("two"));
        var (next, none) = slots.Complete(slots.Find("one")!, Result(), "s");
        Assert.Null(none);
        List<string> ids = [];
        foreach (var name in new[] { "one", "two" })
        {
            var slot = next.Find(name)!;
            next = next.With(slot with { Monitor = slot.Monitor.Asks().Next });
            (next, var record) = next.Complete(next.Find(name)!, Result(), "s");
            ids.Add(record!.Id);
        }
        Assert.Equal(["s/one/1", "s/two/2"], ids);
        Assert.Null(next.Complete(next.Find("one")!, Result(), "s").Record);
    }

    private static TaskSlots Slots(params TaskSettings[] tasks) => TaskSlots.Of(new TasksSettings(tasks, Seconds(20)));

    private static TaskSettings Task(string name, bool delivers = false) =>
        new(name, Prompt.Of("Note it."), TaskTrigger.Parse("every-turn"), new ContextScope.Full(), null, Seconds(30), 1)
        {
            Action = delivers ? new ActionSettings(null, null, Seconds(5), 0, 4) : null,
        };

    private static TaskResult Result() => TaskResult.Of(new OutOfBandResult(
        new OutOfBandRequest("any", new TurnNumber(1), new ItemId("i"), "Note it."), ResultStatus.Completed, "noted", null, "full", 1, null,
        null, null));

    private static TaskSlots Finished(TaskSlots slots, string task) => slots.With(slots.Find(task)! with { IsFinished = true });

    private static TaskSlots Failed(TaskSlots slots, string task)
    {
        var slot = slots.Find(task)!;
        return slots.With(slot with { Monitor = slot.Monitor.Failed().Next });
    }
}
