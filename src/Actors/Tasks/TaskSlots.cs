using System.Collections.Immutable;
using RealtimeAkka.Protocol.Messages;
using RealtimeAkka.Protocol.Records;

namespace RealtimeAkka.Actors.Tasks;

/// <summary>The tasks of a session, in the order in which they are configured, each with the names of its actors.</summary>
public sealed record TaskSlots(ImmutableList<TaskSlot> All)
{
    /// <summary>The slots of all configured tasks.</summary>
    public static TaskSlots Of(TasksSettings settings) => new(
        [.. settings.Tasks.Select(task => new TaskSlot(task, new(task.Name, settings.Ahead)) { IsDelivered = task.Action is null })]);

    private long Results { get; init; }

    /// <summary>Nothing is open: each task has finished and its results are delivered, or it is off.</summary>
    public bool IsSettled => All.TrueForAll(slot => slot.Monitor.IsOff || (slot.IsFinished && slot.IsDelivered));

    /// <summary>The task of this name.</summary>
    public TaskSlot? Find(string task) => All.Find(slot => slot.Task.Name == task);

    /// <summary>The task that this actor runs; null for the actor of a failed attempt, whose messages are void.</summary>
    public TaskSlot? RunBy(string actor) => All.Find(slot => slot.Actor == actor);

    /// <summary>The task whose results this actor still delivers.</summary>
    public TaskSlot? DeliveredBy(string actor) => All.Find(slot => !slot.IsDelivered && slot.Delivery == actor);

    /// <summary>The slots with a new value of one of them.</summary>
    public TaskSlots With(TaskSlot slot) =>
        this with { All = All.SetItem(All.FindIndex(known => known.Task.Name == slot.Task.Name), slot) };

    /// <summary>An actor has delivered all it was given.</summary>
    public TaskSlots Flushed(string actor) => DeliveredBy(actor) is { } slot ? With(slot with { IsDelivered = true }) : this;

    /// <summary>A task has a result. Its record; null if the task asked nothing that is unanswered.</summary>
    public (TaskSlots Next, TaskCompleted? Record) Complete(TaskSlot slot, TaskResult result, string session)
    {
        var (monitor, tell) = slot.Monitor.Completes();
        var next = With(slot with { Monitor = monitor });
        return tell ? (next with { Results = Results + 1 }, TaskRecord.Of(result, slot.Task.Name, session, Results + 1)) : (next, null);
    }

    /// <summary>What is still open at the end of the session.</summary>
    public IEnumerable<Notice> Unfinished(TimeSpan after) =>
    [
        .. All.Where(slot => !slot.Monitor.IsOff && !slot.IsFinished).Select(slot => slot.Monitor.Unfinished(after)),
        .. All.Where(slot => slot.IsFinished && !slot.IsDelivered).Select(slot => new Notice(
            NoticeLevel.Warning, "action_unfinished", $"Results of task {slot.Task.Name} were not all delivered when the session ended.")),
    ];
}

/// <summary>One task of a session.</summary>
public sealed record TaskSlot(TaskSettings Task, TaskMonitor Monitor)
{
    /// <summary>Name of the actor that runs it; its replacement has another one.</summary>
    public string Actor => $"task-{Task.Name}-{Monitor.Failures + 1}";

    /// <summary>Name of the actor that delivers its results.</summary>
    public string Delivery => $"deliver-{Task.Name}";

    /// <summary>Its actor has finished.</summary>
    public bool IsFinished { get; init; }

    /// <summary>No result waits for its delivery: all are delivered, or none is to be.</summary>
    public bool IsDelivered { get; init; }
}
